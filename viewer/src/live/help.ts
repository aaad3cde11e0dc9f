// The help of the live page.
import { element } from "../dom";

const KEYS: [string, string][] = [
  ["R", "record, and stop"],
  ["1 2 3", "view from the front, the side, the top"],
  ["0", "the view at the beginning"],
  ["− +", "zoom out or in (also the mouse wheel)"],
  ["W A S D", "turn the view (also by dragging)"],
  ["U", "uncertainty"],
  ["I", "the image of the camera"],
  ["X", "mirror the camera"],
  ["M", "light or dark"],
  ["?", "this help"],
];

const TEXTS = [
  "Images stay in this page: it finds the keypoints, and sends them, and no images, to signlift on this machine. Nothing leaves the machine.",
  "Depth is relative to the middle of the hips, and positive away from the camera. The ellipsoids hold 68 % of the true depths along the view axis of the camera. Pale hips were not detected: they are drawn below the shoulders.",
  "The signer's proportions are estimated from frame to frame. Once they have settled, save them, and load them the next time this person signs.",
];

export function liveHelp(): HTMLDialogElement {
  const rows = KEYS.map(([keys, meaning]) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, ...keys.split(" ").map((key) => element("kbd", {}, key))),
      element("td", {}, meaning),
    ),
  );
  return element(
    "dialog",
    { class: "sl-help", "aria-label": "Help" },
    element(
      "form",
      { method: "dialog" },
      element("h2", {}, "What is shown"),
      ...TEXTS.map((text) => element("p", {}, text)),
      element("h2", {}, "Keys"),
      element("table", {}, element("tbody", {}, ...rows)),
      element("button", { type: "submit", class: "sl-close" }, "Close"),
    ),
  );
}
