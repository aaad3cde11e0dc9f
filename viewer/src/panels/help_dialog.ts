// The dialog of a help: keys, and what is shown.
import { element } from "../dom";

/** Keys, separated by spaces, and what they do. */
export type Keys = [string, string][];

export const STAGE_KEYS: Keys = [
  ["1 2 3", "view from the front, the side, the top"],
  ["0", "the view at the beginning"],
  ["− +", "zoom out or in (also the mouse wheel)"],
  ["W A S D", "turn the view (also by dragging)"],
];

/** Explain the keys in a table. */
export function explainKeys(keys: Keys): HTMLElement[] {
  const rows = keys.map(([names, meaning]) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, ...names.split(" ").map((key) => element("kbd", {}, key))),
      element("td", {}, meaning),
    ),
  );
  return [element("h2", {}, "Keys"), element("table", {}, element("tbody", {}, ...rows))];
}

/** Explain what is shown, in paragraphs. */
export function explainView(texts: string[]): HTMLElement[] {
  return [element("h2", {}, "What is shown"), ...texts.map((text) => element("p", {}, text))];
}

export function helpDialog(...content: HTMLElement[]): HTMLDialogElement {
  return element(
    "dialog",
    { class: "sl-help", "aria-label": "Help" },
    element(
      "form",
      { method: "dialog" },
      ...content,
      element("button", { type: "submit", class: "sl-close" }, "Close"),
    ),
  );
}
