// Curves of depth over time: grid, bands and lines on a canvas.
import type { Motion } from "../data/motion";
import type { Palette } from "../palette";

/** The width of the numbers at the left. */
export const GUTTER = 44;

/** A curve of depth over time, and where it is drawn. */
export interface Curve {
  context: CanvasRenderingContext2D;
  motion: Motion;
  joint: number;
  times: Float64Array;
  first: number;
  last: number;
  stride: number;
  x: (time: number) => number;
  y: (depth: number) => number;
}

/** Draw a band of one uncertainty about a curve. */
export function drawBand(
  { context, motion, joint, times, first, last, stride, x, y }: Curve,
  colour: string,
): void {
  if (!motion.hasUncertainty) return;
  context.fillStyle = colour;
  context.globalAlpha = 0.17;
  let run: number[] = [];
  const flush = () => {
    if (run.length > 1) {
      context.beginPath();
      for (const frame of run)
        context.lineTo(
          x(times[frame]),
          y(motion.depth(joint, frame) + motion.uncertainty(joint, frame)),
        );
      for (const frame of run.reverse())
        context.lineTo(
          x(times[frame]),
          y(motion.depth(joint, frame) - motion.uncertainty(joint, frame)),
        );
      context.fill();
    }
    run = [];
  };
  for (let frame = first; frame <= last; frame += stride) {
    if (Number.isNaN(motion.depth(joint, frame) + motion.uncertainty(joint, frame))) flush();
    else run.push(frame);
  }
  flush();
  context.globalAlpha = 1;
}

/** Draw a curve; completed parts are dotted and pale. */
export function drawLine(
  { context, motion, joint, times, first, last, stride, x, y }: Curve,
  colour: string,
  dashed: boolean,
): void {
  if (joint < 0) return;
  context.strokeStyle = colour;
  context.lineJoin = "round";
  context.lineWidth = dashed ? 1.3 : 1.7;
  for (const pale of dashed ? [false] : [false, true]) {
    context.globalAlpha = pale ? 0.4 : 1;
    context.setLineDash(dashed ? [4, 3] : pale ? [2, 3] : []);
    context.beginPath();
    let open = false;
    for (let frame = first; frame <= last; frame += stride) {
      const depth = motion.depth(joint, frame);
      const wanted = !Number.isNaN(depth) && (dashed || motion.detected(joint, frame) !== pale);
      if (!wanted) {
        if (open && pale && !Number.isNaN(depth)) context.lineTo(x(times[frame]), y(depth));
        open = false;
        continue;
      }
      if (open) context.lineTo(x(times[frame]), y(depth));
      else context.moveTo(x(times[frame]), y(depth));
      open = true;
    }
    context.stroke();
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
}

/** Draw lines and numbers of depth. */
export function drawGrid(
  context: CanvasRenderingContext2D,
  colours: Palette,
  width: number,
  low: number,
  high: number,
  y: (depth: number) => number,
): void {
  const step = niceStep((high - low) / 2.5);
  context.font =
    '10.5px ui-sans-serif, system-ui, "Segoe UI", Roboto, Helvetica, Arial, sans-serif';
  context.textAlign = "right";
  context.textBaseline = "middle";
  context.lineWidth = 1;
  for (let value = Math.ceil(low / step) * step; value <= high; value += step) {
    const at = Math.round(y(value)) + 0.5;
    context.strokeStyle = colours.grid;
    context.globalAlpha = Math.abs(value) < step / 2 ? 0.9 : 0.45;
    context.beginPath();
    context.moveTo(GUTTER, at);
    context.lineTo(width - 8, at);
    context.stroke();
    context.globalAlpha = 1;
    context.fillStyle = colours.muted;
    context.fillText(`${Math.round(value)}`.replace("-", "−"), GUTTER - 8, at);
  }
}

function niceStep(about: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(about, 1e-6)));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= about) ?? 10;
  return factor * power;
}
