// The help of the live page.
import { explainKeys, explainView, helpDialog, type Keys, STAGE_KEYS } from "../panels/help_dialog";

const KEYS: Keys = [
  ["R", "record, and stop"],
  ...STAGE_KEYS,
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
  return helpDialog(...explainView(TEXTS), ...explainKeys(KEYS));
}
