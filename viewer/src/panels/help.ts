// The help: keys, and what the colours mean.
import { element } from "../dom";

const KEYS: [string, string][] = [
  ["Space", "play or pause"],
  ["← →", "one frame back or forward (with Shift: ten)"],
  ["Home End", "first or last frame"],
  ["1 2 3", "view from the front, the side, the top"],
  ["0", "the view at the beginning"],
  ["− +", "zoom out or in (also the mouse wheel)"],
  ["W A S D", "turn the view (also by dragging)"],
  [", .", "slower or faster"],
  ["L", "loop a range; [ and ] set its start and its end"],
  ["U", "uncertainty"],
  ["C", "completed keypoints"],
  ["T", "true depth"],
  ["R", "trails of the wrists"],
  ["M", "light or dark"],
  ["P", "save a PNG"],
  ["?", "this help"],
];

export function helpDialog(): HTMLDialogElement {
  const rows = KEYS.map(([keys, meaning]) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, ...keys.split(" ").map((key) => element("kbd", {}, key))),
      element("td", {}, meaning),
    ),
  );
  const close = element("button", { type: "submit", class: "sl-close" }, "Close");
  return element(
    "dialog",
    { class: "sl-help", "aria-label": "Help" },
    element(
      "form",
      { method: "dialog" },
      element("h2", {}, "Keys"),
      element("table", {}, element("tbody", {}, ...rows)),
      element("h2", {}, "What is shown"),
      element(
        "p",
        {},
        "Depth is relative to the middle of the hips, and positive away from the camera. Pale points were not detected: their place is predicted. Legs that are never detected are not shown.",
      ),
      element(
        "p",
        {},
        "The ellipsoids lie along the view axis of the camera that recorded the person. 68 % of the true depths are expected within their length, as within the bands over time.",
      ),
      element(
        "p",
        {},
        "Drag to turn, scroll or pinch to zoom, drag with the right button or two fingers to move. Click a keypoint to see its depth over time.",
      ),
      close,
    ),
  );
}
