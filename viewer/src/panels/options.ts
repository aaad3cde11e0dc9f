// The settings of a player: what is shown, colours, and the recordings.
import type { Subject } from "../data/motion";
import { element } from "../dom";
import type { Player } from "../player";
import type { ColourMode } from "../scene/person";
import type { Settings } from "./settings";

const SAMPLES = 300;

export function addSettings(settings: Settings, player: Player): void {
  const { state, subjects } = player;
  const hasTruth = subjects.some(({ truth }) => truth);
  const hasUncertainty = subjects.some(({ motion }) => motion.hasUncertainty);
  if (subjects.length > 1) {
    settings.addSwitches(
      "Recordings",
      subjects.map(({ motion }, number) => ({
        label: motion.name,
        get: () => !state.hidden.has(number),
        set: (value: boolean) => player.setHidden(number, !value),
      })),
    );
    settings.addChoice({
      label: "Input",
      options: subjects.map(({ motion }, number) => [String(number), motion.name]),
      get: () => String(state.active),
      set: (value) => player.setActive(Number(value)),
    });
    settings.addChoice({
      label: "Layout",
      options: [
        ["side-by-side", "Side by side"],
        ["overlay", "Overlaid"],
        ["image", "As in the image"],
      ],
      get: () => state.layout,
      set: (value) => player.setLayout(value as typeof state.layout),
    });
  }
  const flip = (
    name: "beside" | "completed" | "uncertainty" | "trails" | "truth",
    label: string,
  ) => ({
    label,
    get: () => state[name],
    set: (value: boolean) => player.change({ [name]: value }),
  });
  settings.addSwitches("Show", [
    ...(hasTruth ? [flip("truth", "True depth"), flip("beside", "True depth beside")] : []),
    ...(hasUncertainty ? [flip("uncertainty", "Uncertainty")] : []),
    ...(subjects.some(({ motion }) => motion.hasCompleted) ? [flip("completed", "Completed")] : []),
    flip("trails", "Trails"),
  ]);
  if (hasTruth || hasUncertainty) {
    settings.addChoice({
      label: "Colour",
      options: [
        ["side", "Side"],
        ...(hasTruth ? ([["error", "Error"]] as [string, string][]) : []),
        ...(hasUncertainty ? ([["uncertainty", "Uncertainty"]] as [string, string][]) : []),
      ],
      get: () => state.mode,
      set: (value) => player.change({ mode: value as ColourMode }),
    });
  }
  settings.add(legend(settings, player));
  settings.add(...facts(subjects));
}

/** Return the value in cm at the end of the colour scale: a round number above most values. */
export function colourScale(subjects: Subject[], mode: ColourMode): number {
  return mode === "side" ? 1 : mode === "error" ? 10 : uncertaintyScale(subjects);
}

const scales = new WeakMap<Subject[], number>();

function uncertaintyScale(subjects: Subject[]): number {
  const known = scales.get(subjects);
  if (known) return known;
  const values: number[] = [];
  for (const { motion } of subjects) {
    const stride = Math.max(1, Math.floor(motion.frames / SAMPLES));
    for (let frame = 0; frame < motion.frames; frame += stride) {
      motion.joints.forEach((_, joint) => {
        const value = motion.uncertainty(joint, frame);
        if (!Number.isNaN(value)) values.push(value);
      });
    }
  }
  values.sort((a, b) => a - b);
  const high = values[Math.floor(0.95 * values.length)] ?? 10;
  const scale = [1, 2, 5, 10, 15, 20, 30, 50].find((candidate) => candidate >= high) ?? 100;
  scales.set(subjects, scale);
  return scale;
}

function legend(settings: Settings, player: Player): HTMLElement {
  const root = element("div", { class: "sl-legend" });
  let drawn = "";
  settings.onUpdate(() => {
    const { state, subjects, colours } = player;
    const key = [state.mode, state.theme].join();
    if (key === drawn) return;
    drawn = key;
    if (state.mode !== "side") {
      const end = colourScale(subjects, state.mode);
      const bar = element("div", { class: "sl-gradient" });
      bar.style.background = `linear-gradient(90deg, ${colours.sequential.join(", ")})`;
      const name = state.mode === "error" ? "error of depth" : "uncertainty";
      root.replaceChildren(
        bar,
        element(
          "div",
          { class: "sl-gradient-ends" },
          element("span", {}, "0"),
          element("span", {}, name),
          element("span", {}, `${end} cm or more`),
        ),
      );
      return;
    }
    const rows = subjects.map(({ motion }, number) => {
      const sides = colours.sides[number % colours.sides.length];
      const chips = (["left", "right"] as const).map((side) => swatch(sides[side], side));
      const name = element("span", { class: "sl-legend-name" }, motion.name);
      return element(
        "div",
        { class: "sl-legend-row" },
        subjects.length > 1 ? name : null,
        ...chips,
      );
    });
    const others = element("div", { class: "sl-legend-row" });
    if (subjects.some(({ truth }) => truth)) others.append(swatch(colours.truth, "true depth"));
    if (subjects.some(({ motion }) => motion.hasCompleted))
      others.append(swatch(`${colours.sides[0].left}55`, "completed"));
    root.replaceChildren(...rows, others);
  });
  return root;
}

function swatch(colour: string, text: string): HTMLElement {
  const dot = element("i");
  dot.style.background = colour;
  return element("span", { class: "sl-swatch" }, dot, text);
}

/** Say what the numbers rest on: size, frame rate, and the notes of the recording. */
function facts(subjects: Subject[]): HTMLElement[] {
  const lines = subjects.map(({ packed, motion }) => {
    const size = packed.sizeAssumed
      ? "The size is assumed: a torso of 50 cm."
      : "The size is known.";
    const rate = packed.fpsAssumed ? " The frame rate is assumed." : "";
    const what = `${motion.frames} frames, ${Number(packed.fps.toFixed(2))} per second, ${motion.skeleton}. `;
    return element(
      "p",
      {},
      subjects.length > 1 ? element("b", {}, `${motion.name}: `) : null,
      what,
      size,
      rate,
    );
  });
  const notes = subjects.flatMap(({ packed }) =>
    packed.notes.map((note) => element("li", {}, note)),
  );
  const details = element(
    "details",
    {},
    element("summary", {}, "About"),
    ...lines,
    element("ul", {}, ...notes),
  );
  return [details];
}
