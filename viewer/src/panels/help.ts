// The help of a player: keys, and what the colours mean.
import { explainKeys, explainView, helpDialog, type Keys, STAGE_KEYS } from "./help_dialog";

const KEYS: Keys = [
  ["Space", "play or pause"],
  ["← →", "one frame back or forward (with Shift: ten)"],
  ["Home End", "first or last frame"],
  ...STAGE_KEYS,
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

const TEXTS = [
  "Depth is relative to the middle of the hips, and positive away from the camera. Pale points were not detected: their place is predicted. Legs that are never detected are not shown.",
  "The ellipsoids lie along the view axis of the camera that recorded the person. 68 % of the true depths are expected within their length, as within the bands over time.",
  "Drag to turn, scroll or pinch to zoom, drag with the right button or two fingers to move. Click a keypoint to see its depth over time.",
];

export function playerHelp(): HTMLDialogElement {
  return helpDialog(...explainKeys(KEYS), ...explainView(TEXTS));
}
