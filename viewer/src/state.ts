// What the person who watches has chosen.
import type { Layout } from "./data/payload";
import type { Theme } from "./palette";
import type { ColourMode } from "./scene/person";

export interface State {
  theme: Theme;
  layout: Layout;
  mode: ColourMode;
  completed: boolean;
  uncertainty: boolean;
  trails: boolean;
  truth: boolean;
  /** Whether the true depth stands beside the prediction, and not in it. */
  beside: boolean;
  /** Names of the chosen keypoints, the latest last. */
  chosen: string[];
  /** The recording whose input is shown. */
  active: number;
  /** The recordings that are hidden. */
  hidden: Set<number>;
  /** Whether people stand in a row along the depth, for the side view. */
  acrossDepth: boolean;
}

/** The most keypoints whose depth is shown over time. */
export const MOST_CHOSEN = 4;
