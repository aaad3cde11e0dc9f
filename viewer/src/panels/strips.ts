// Strips of depth over time, one for each chosen keypoint, with a band of one uncertainty.
import { type Clock, frameAt } from "../clock";
import { describe } from "../data/body";
import type { Motion, Subject } from "../data/motion";
import { button, element, fitCanvas, icon } from "../dom";
import type { Palette } from "../palette";

/** Longer recordings show a window of this many seconds around the cursor. */
const WINDOW = 20;
const LONGEST_WHOLE = 60;
const GUTTER = 44;

/** With more recordings than these, only the depth of the active one is written. */
const MOST_VALUES = 3;

interface Row {
  name: string;
  root: HTMLElement;
  canvas: HTMLCanvasElement;
  value: HTMLElement;
  range: [number, number];
}

export interface StripState {
  subjects: Subject[];
  hidden: ReadonlySet<number>;
  chosen: readonly string[];
  colours: Palette;
  truth: boolean;
  active: number;
}

export class Strips {
  readonly root = element("section", { class: "sl-strips", "aria-label": "Depth over time" });
  onRemove: (name: string) => void = () => {};
  onSeek: (time: number) => void = () => {};
  private rows: Row[] = [];
  private state: StripState | null = null;
  private readonly observer = new ResizeObserver(() => this.last && this.draw(this.last));
  private last: Clock | null = null;

  constructor() {
    this.observer.observe(this.root);
  }

  update(clock: Clock, state: StripState): void {
    const names = this.rows.map(({ name }) => name).join();
    this.state = state;
    this.last = clock;
    if (names !== state.chosen.join()) this.build(clock, state);
    this.draw(clock);
  }

  private build(clock: Clock, state: StripState): void {
    this.rows = state.chosen.map((name) => {
      const canvas = element("canvas", { "aria-hidden": "true" });
      const value = element("output", { class: "sl-strip-value" });
      const remove = button(`Remove ${describe(name)}`, icon("close"), () => this.onRemove(name), {
        class: "sl-bare",
      });
      const head = element(
        "div",
        { class: "sl-strip-head" },
        element("span", { class: "sl-strip-name" }, describe(name)),
        value,
        remove,
      );
      const root = element("div", { class: "sl-strip" }, head, canvas);
      const seek = (event: PointerEvent) => {
        const bounds = canvas.getBoundingClientRect();
        const [start, end] = this.window(clock);
        const fraction = (event.clientX - bounds.left - GUTTER) / (bounds.width - GUTTER - 8);
        this.onSeek(start + Math.min(Math.max(fraction, 0), 1) * (end - start));
      };
      canvas.addEventListener("pointerdown", (event) => {
        canvas.setPointerCapture(event.pointerId);
        seek(event);
      });
      canvas.addEventListener("pointermove", (event) => event.buttons && seek(event));
      return { name, root, canvas, value, range: depthRange(state, name) };
    });
    const caption = element(
      "p",
      { class: "sl-caption" },
      element("b", {}, "Depth over time"),
      " in cm, positive away from the camera. ",
      this.explain(state),
    );
    const empty = element(
      "p",
      { class: "sl-note" },
      "Click a keypoint in the scene to see its depth over time.",
    );
    this.root.replaceChildren(
      caption,
      ...(this.rows.length ? this.rows.map(({ root }) => root) : [empty]),
    );
  }

  private explain({ subjects }: StripState): string {
    const parts = [
      subjects.some(({ motion }) => motion.hasUncertainty) && "band: one uncertainty",
      subjects.some(({ motion }) => motion.hasCompleted) && "dotted: completed",
      subjects.some(({ truth }) => truth) && "dashed: true depth",
    ].filter(Boolean);
    return parts.length ? `${parts.join(", ").replace(/^./, (first) => first.toUpperCase())}.` : "";
  }

  private window(clock: Clock): [number, number] {
    if (clock.duration <= LONGEST_WHOLE) return [0, Math.max(clock.duration, 1e-6)];
    const start = Math.min(Math.max(clock.time - WINDOW / 2, 0), clock.duration - WINDOW);
    return [start, start + WINDOW];
  }

  private draw(clock: Clock): void {
    const { state } = this;
    if (!state) return;
    const [start, end] = this.window(clock);
    for (const row of this.rows) {
      const [context, width, height] = fitCanvas(row.canvas);
      const [low, high] = row.range;
      const x = (time: number) => GUTTER + ((time - start) / (end - start)) * (width - GUTTER - 8);
      const y = (depth: number) => 5 + ((high - depth) / (high - low)) * (height - 10);
      drawGrid(context, state.colours, width, low, high, y);
      if (clock.loop) {
        context.fillStyle = state.colours.accent;
        context.globalAlpha = 0.08;
        context.fillRect(x(clock.loop[0]), 0, x(clock.loop[1]) - x(clock.loop[0]), height);
        context.globalAlpha = 1;
      }
      const values: HTMLElement[] = [];
      const now =
        state.subjects.length === 1
          ? state.subjects[0].times[frameAt(state.subjects[0].times, clock.time)]
          : clock.time;
      state.subjects.forEach((subject, number) => {
        if (state.hidden.has(number)) return;
        const { motion, truth, times } = subject;
        const joint = motion.find(row.name);
        if (joint < 0) return;
        const sides = state.colours.sides[number % state.colours.sides.length];
        const colour = sides[motion.joints[joint].side];
        const first = Math.max(frameAt(times, start) - 1, 0);
        const last = Math.min(frameAt(times, end) + 1, motion.frames - 1);
        const stride = Math.max(1, Math.floor((last - first) / (1.5 * width)));
        const line = { context, motion, joint, times, first, last, stride, x, y };
        drawBand(line, colour);
        if (truth && state.truth)
          drawLine(
            { ...line, motion: truth, joint: truth.find(row.name) },
            state.colours.truth,
            true,
          );
        drawLine(line, colour, false);
        const frame = frameAt(times, clock.time);
        const dot = element("i");
        dot.style.background = colour;
        const text = describeDepth(motion, joint, frame, state.truth ? truth : null, row.name);
        if (state.subjects.length <= MOST_VALUES || number === state.active) {
          values.push(element("span", {}, state.subjects.length > 1 ? dot : null, text));
        }
        const depth = motion.depth(joint, frame);
        if (!Number.isNaN(depth)) {
          context.fillStyle = colour;
          context.beginPath();
          context.arc(x(times[frame]), y(depth), 3.2, 0, 2 * Math.PI);
          context.fill();
        }
      });
      context.strokeStyle = state.colours.accent;
      context.lineWidth = 1.25;
      context.beginPath();
      context.moveTo(x(now), 0);
      context.lineTo(x(now), height);
      context.stroke();
      row.value.replaceChildren(...values);
    }
  }
}

/** Return the depth of a keypoint in words: −12.3 ± 2.1 cm. */
export function describeDepth(
  motion: Motion,
  joint: number,
  frame: number,
  truth: Motion | null,
  name: string,
): string {
  const depth = motion.depth(joint, frame);
  if (Number.isNaN(depth)) return "no depth";
  const spread = motion.uncertainty(joint, frame);
  const within = Number.isNaN(spread) ? "" : ` ± ${spread.toFixed(1)}`;
  const actual = truth ? truth.depth(truth.find(name), frame) : Number.NaN;
  const error = Number.isNaN(actual) ? "" : `, true ${signed(actual)}`;
  const completed = motion.detected(joint, frame) ? "" : ", completed";
  return `${signed(depth)}${within} cm${error}${completed}`;
}

function signed(value: number): string {
  return value.toFixed(1).replace("-", "−");
}

interface Line {
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

function drawBand(
  { context, motion, joint, times, first, last, stride, x, y }: Line,
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

function drawLine(
  { context, motion, joint, times, first, last, stride, x, y }: Line,
  colour: string,
  dashed: boolean,
): void {
  if (joint < 0) return;
  context.strokeStyle = colour;
  context.lineJoin = "round";
  context.lineWidth = dashed ? 1.3 : 1.7;
  // Completed parts are pale.
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

function drawGrid(
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

export function niceStep(about: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(about, 1e-6)));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= about) ?? 10;
  return factor * power;
}

function depthRange({ subjects }: StripState, name: string): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const { motion, truth } of subjects) {
    for (const each of [motion, truth]) {
      const joint = each ? each.find(name) : -1;
      if (!each || joint < 0) continue;
      const stride = Math.max(1, Math.floor(each.frames / 4000));
      for (let frame = 0; frame < each.frames; frame += stride) {
        const depth = each.depth(joint, frame);
        const spread = each.uncertainty(joint, frame) || 0;
        if (Number.isNaN(depth)) continue;
        low = Math.min(low, depth - spread);
        high = Math.max(high, depth + spread);
      }
    }
  }
  if (!(high >= low)) return [-10, 10];
  const margin = Math.max((high - low) * 0.06, 1);
  return [low - margin, high + margin];
}
