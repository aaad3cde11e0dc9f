// Colours of both themes. Those of the sides differ for readers with any colour vision.
import type { Side } from "./data/body";

export type Theme = "light" | "dark";

export interface Palette {
  background: string;
  ink: string;
  muted: string;
  grid: string;
  accent: string;
  truth: string;
  /** From small to large values; the lightness changes evenly, for readers with any colour vision. */
  sequential: string[];
  /** Colours of the sides, for each of several recordings. */
  sides: Record<Side, string>[];
}

const LIGHT: Palette = {
  background: "#f6f7f9",
  ink: "#1c2128",
  muted: "#6b7480",
  grid: "#c3cad3",
  accent: "#6b46e5",
  truth: "#5d6672",
  sequential: ["#c9d3df", "#9fb3d9", "#8287cb", "#8254b0", "#751f83", "#4a0a4f"],
  sides: [
    { left: "#0072b2", right: "#e1690e", middle: "#3a4350" },
    { left: "#009e73", right: "#cc4f94", middle: "#6d7683" },
    { left: "#56b4e9", right: "#c9a400", middle: "#96a0ac" },
  ],
};

const DARK: Palette = {
  background: "#14171c",
  ink: "#e8ebef",
  muted: "#98a2af",
  grid: "#3a424d",
  accent: "#a78bfa",
  truth: "#b9c1cb",
  sequential: ["#3d4a5c", "#4b5f9e", "#7a63c0", "#b96bb3", "#f08a8c", "#ffd37d"],
  sides: [
    { left: "#4aa8e0", right: "#f08a3c", middle: "#c5ccd5" },
    { left: "#2fc79b", right: "#e786ba", middle: "#9aa4b0" },
    { left: "#9ad4f5", right: "#ead04a", middle: "#7d8793" },
  ],
};

export function palette(theme: Theme): Palette {
  return theme === "dark" ? DARK : LIGHT;
}

/** Return red, green and blue (0 to 1) of a fraction on a scale of colours. */
export function sequential(colours: string[], fraction: number): [number, number, number] {
  const at = Math.min(Math.max(fraction, 0), 1) * (colours.length - 1);
  const low = Math.min(Math.floor(at), colours.length - 2);
  const [a, b] = [rgb(colours[low]), rgb(colours[low + 1])];
  return [0, 1, 2].map((i) => a[i] + (b[i] - a[i]) * (at - low)) as [number, number, number];
}

export function rgb(hex: string): [number, number, number] {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255];
}
