// The 2D keypoints of a frame, drawn on a canvas.
import type { Motion } from "../data/motion";
import type { Palette } from "../palette";

export interface Drawing {
  /** From the image to the canvas. */
  x: (value: number) => number;
  y: (value: number) => number;
  /** The width of thin lines in pixels. */
  unit: number;
  colours: Palette;
  /** The number of the set of side colours. */
  set: number;
  chosen: ReadonlySet<string>;
  overImage: boolean;
}

export function drawKeypoints(
  context: CanvasRenderingContext2D,
  motion: Motion,
  frame: number,
  { x, y, unit, colours, set, chosen, overImage }: Drawing,
): void {
  const sides = colours.sides[set];
  context.lineCap = "round";
  if (overImage) {
    context.shadowColor = "rgba(255,255,255,0.85)";
    context.shadowBlur = 2;
  }
  for (const { start, end, side, part, drawn } of motion.bones) {
    const [ax, ay] = [motion.imageX(start, frame), motion.imageY(start, frame)];
    const [bx, by] = [motion.imageX(end, frame), motion.imageY(end, frame)];
    if (Number.isNaN(ax + ay + bx + by)) continue;
    const detected = motion.detected(start, frame) && motion.detected(end, frame);
    context.strokeStyle = sides[side];
    context.globalAlpha = detected ? 1 : 0.3;
    context.lineWidth = unit * (part === "face" ? 0.7 : part === "hand" ? 1.2 : 2.2);
    context.beginPath();
    context.moveTo(x(ax), y(ay));
    context.lineTo(x(ax + drawn * (bx - ax)), y(ay + drawn * (by - ay)));
    context.stroke();
  }
  motion.joints.forEach((joint, number) => {
    const [jx, jy] = [motion.imageX(number, frame), motion.imageY(number, frame)];
    if (joint.derived || joint.absent || Number.isNaN(jx + jy)) return;
    const isChosen = chosen.has(joint.name);
    if (joint.part === "face" && !isChosen) return;
    context.globalAlpha = motion.detected(number, frame) ? 1 : 0.35;
    context.fillStyle = isChosen ? colours.accent : sides[joint.side];
    context.beginPath();
    const radius = unit * (isChosen ? 4 : joint.part === "hand" ? 1.3 : 2.4);
    context.arc(x(jx), y(jy), radius, 0, 2 * Math.PI);
    context.fill();
  });
  context.globalAlpha = 1;
}
