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
  /** Colours of the sides for each recording; the first is used where they do not overlap. */
  sides: Record<Side, string>[];
}

const LIGHT: Palette = {
  background: "#f6f7f9",
  ink: "#1c2128",
  muted: "#6b7480",
  grid: "#c3cad3",
  accent: "#6b46e5",
  truth: "#5d6672",
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
  sides: [
    { left: "#4aa8e0", right: "#f08a3c", middle: "#c5ccd5" },
    { left: "#2fc79b", right: "#e786ba", middle: "#9aa4b0" },
    { left: "#9ad4f5", right: "#ead04a", middle: "#7d8793" },
  ],
};

export function palette(theme: Theme): Palette {
  return theme === "dark" ? DARK : LIGHT;
}

// Cividis (Nuñez, Anderton and Renslow, 2018): even steps for readers with any colour vision.
const SEQUENTIAL = [
  "#00224e",
  "#123570",
  "#3b496c",
  "#575d6d",
  "#707173",
  "#8a8678",
  "#a59c74",
  "#c3b369",
  "#e1cc55",
  "#fee838",
];

/** Return red, green and blue (0 to 1) of a fraction on the sequential scale. */
export function sequential(fraction: number): [number, number, number] {
  const at = Math.min(Math.max(fraction, 0), 1) * (SEQUENTIAL.length - 1);
  const low = Math.min(Math.floor(at), SEQUENTIAL.length - 2);
  const [a, b] = [rgb(SEQUENTIAL[low]), rgb(SEQUENTIAL[low + 1])];
  return [0, 1, 2].map((i) => a[i] + (b[i] - a[i]) * (at - low)) as [number, number, number];
}

export function sequentialGradient(): string {
  return `linear-gradient(90deg, ${SEQUENTIAL.join(", ")})`;
}

export function rgb(hex: string): [number, number, number] {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255];
}
