// Strips of depth over time, one for each chosen keypoint, with a band of one uncertainty.
import { type Clock, frameAt } from "../clock";
import { describe } from "../data/body";
import type { Motion, Subject } from "../data/motion";
import { button, element, fitCanvas, icon } from "../dom";
import type { Palette } from "../palette";
import { drawBand, drawGrid, drawLine, GUTTER } from "./curves";

/** Longer recordings show a window of this many seconds around the cursor. */
const WINDOW = 20;
const LONGEST_WHOLE = 60;
/** With more recordings than these, only the depth of the active one is written. */
const MOST_VALUES = 3;

interface Row {
  name: string;
  root: HTMLElement;
  canvas: HTMLCanvasElement;
  cursor: HTMLCanvasElement;
  /** What the canvas shows. */
  drawn: string;
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
      const cursor = element("canvas", { "aria-hidden": "true" });
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
      const root = element(
        "div",
        { class: "sl-strip" },
        head,
        element("div", { class: "sl-curves" }, canvas, cursor),
      );
      const seek = (event: PointerEvent) => {
        const bounds = cursor.getBoundingClientRect();
        const [start, end] = this.window(clock);
        const fraction = (event.clientX - bounds.left - GUTTER) / (bounds.width - GUTTER - 8);
        this.onSeek(start + Math.min(Math.max(fraction, 0), 1) * (end - start));
      };
      cursor.addEventListener("pointerdown", (event) => {
        cursor.setPointerCapture(event.pointerId);
        seek(event);
      });
      cursor.addEventListener("pointermove", (event) => event.buttons && seek(event));
      return { name, root, canvas, cursor, drawn: "", value, range: depthRange(state, name) };
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
    for (const row of this.rows) {
      this.drawCurves(row, clock, state);
      this.drawCursor(row, clock, state);
    }
  }

  /** Return where times and depths of a row are on its canvases. */
  private scales(row: Row, clock: Clock): [(time: number) => number, (depth: number) => number] {
    const [start, end] = this.window(clock);
    const [low, high] = row.range;
    const { clientWidth: width, clientHeight: height } = row.canvas;
    return [
      (time) => GUTTER + ((time - start) / (end - start)) * (width - GUTTER - 8),
      (depth) => 5 + ((high - depth) / (high - low)) * (height - 10),
    ];
  }

  /** Draw the curves, where they are not drawn already. */
  private drawCurves(row: Row, clock: Clock, state: StripState): void {
    const [start, end] = this.window(clock);
    const { clientWidth, clientHeight } = row.canvas;
    const hidden = [...state.hidden].join();
    const { accent } = state.colours;
    const key = [start, clientWidth, clientHeight, accent, state.truth, hidden, clock.loop].join();
    if (key === row.drawn) return;
    row.drawn = key;
    const [context, width, height] = fitCanvas(row.canvas);
    const [x, y] = this.scales(row, clock);
    drawGrid(context, state.colours, width, ...row.range, y);
    if (clock.loop) {
      const [from, to] = clock.loop.map(x);
      context.fillStyle = accent;
      context.globalAlpha = 0.08;
      context.fillRect(from, 0, to - from, height);
      context.globalAlpha = 1;
    }
    this.forEachCurve(row, state, (subject, joint, colour) => {
      const { motion, truth, times } = subject;
      const first = Math.max(frameAt(times, start) - 1, 0);
      const last = Math.min(frameAt(times, end) + 1, motion.frames - 1);
      const stride = Math.max(1, Math.floor((last - first) / (1.5 * width)));
      const curve = { context, motion, joint, times, first, last, stride, x, y };
      drawBand(curve, colour);
      if (truth && state.truth) {
        const other = { ...curve, motion: truth, joint: truth.find(row.name) };
        drawLine(other, state.colours.truth, true);
      }
      drawLine(curve, colour, false);
    });
  }

  /** Draw the cursor with a dot on each curve, and write the depths. */
  private drawCursor(row: Row, clock: Clock, state: StripState): void {
    const [context, , height] = fitCanvas(row.cursor);
    const [x, y] = this.scales(row, clock);
    const [{ times }] = state.subjects;
    const now = state.subjects.length === 1 ? times[frameAt(times, clock.time)] : clock.time;
    context.strokeStyle = state.colours.accent;
    context.lineWidth = 1.25;
    context.beginPath();
    context.moveTo(x(now), 0);
    context.lineTo(x(now), height);
    context.stroke();
    const values: HTMLElement[] = [];
    this.forEachCurve(row, state, ({ motion, truth, times }, joint, colour, number) => {
      const frame = frameAt(times, clock.time);
      const depth = motion.depth(joint, frame);
      if (!Number.isNaN(depth)) {
        context.fillStyle = colour;
        context.beginPath();
        context.arc(x(times[frame]), y(depth), 3.2, 0, 2 * Math.PI);
        context.fill();
      }
      if (state.subjects.length > MOST_VALUES && number !== state.active) return;
      const dot = element("i");
      dot.style.background = colour;
      const text = describeDepth(motion, joint, frame, state.truth ? truth : null, row.name);
      values.push(element("span", {}, state.subjects.length > 1 ? dot : null, text));
    });
    row.value.replaceChildren(...values);
  }

  private forEachCurve(
    row: Row,
    { subjects, hidden, colours }: StripState,
    action: (subject: Subject, joint: number, colour: string, number: number) => void,
  ): void {
    subjects.forEach((subject, number) => {
      const joint = subject.motion.find(row.name);
      if (hidden.has(number) || joint < 0) return;
      const { side } = subject.motion.joints[joint];
      action(subject, joint, colours.sides[number % colours.sides.length][side], number);
    });
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
