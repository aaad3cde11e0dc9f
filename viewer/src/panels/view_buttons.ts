// The buttons that turn the scene to the front, the side or the top.
import { button, element } from "../dom";
import type { ViewName } from "../scene/stage";

const VIEWS = ["front", "side", "top"] as const;

export class ViewButtons {
  readonly root = element("div", {
    class: "sl-segments sl-views",
    role: "group",
    "aria-label": "View",
  });
  private readonly buttons = new Map<string, HTMLButtonElement>();

  constructor(show: (view: ViewName) => void) {
    for (const name of VIEWS) {
      const text = name[0].toUpperCase() + name.slice(1);
      const made = button(`View from the ${name}`, text, () => show(name), {
        "aria-pressed": "false",
      });
      this.buttons.set(name, made);
      this.root.append(made);
    }
  }

  /** Press the button of a view; none for null. */
  mark(view: string | null): void {
    for (const [name, made] of this.buttons)
      made.setAttribute("aria-pressed", String(name === view));
  }
}
