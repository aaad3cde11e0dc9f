// Keys of a player.

export type Actions = Record<string, (event: KeyboardEvent) => void>;

/**
 * Call the actions of keys.
 *
 * The player of a whole page takes all keys; one of several on a page takes those while it has the
 * focus.
 */
export function listen(root: HTMLElement, wholePage: boolean, actions: Actions): void {
  const target: HTMLElement | Document = wholePage ? document : root;
  if (!wholePage) root.addEventListener("pointerdown", () => root.focus({ preventScroll: true }));
  target.addEventListener("keydown", (received) => {
    const event = received as KeyboardEvent;
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const focus = event.target as HTMLElement;
    if (focus.closest("dialog, select, textarea, input:not([type=range])")) return;
    // A focused button is pressed by the space bar.
    if (event.key === " " && focus.closest("button, summary")) return;
    const action = actions[event.key] ?? actions[event.key.toLowerCase()];
    if (!action) return;
    event.preventDefault();
    action(event);
  });
}
