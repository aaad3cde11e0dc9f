// How long each step takes, smoothed, and how many frames there are in a second.

/** The share of a new value in a smoothed one. */
const SHARE = 0.12;

/** Seconds over which frames are counted. */
const SECONDS = 2;

export const STEPS = ["detection", "network", "lifting", "drawing"] as const;

export type Step = (typeof STEPS)[number];

export class Meter {
  readonly milliseconds: Record<Step, number> = {
    detection: Number.NaN,
    network: Number.NaN,
    lifting: Number.NaN,
    drawing: Number.NaN,
  };
  private times: number[] = [];

  add(step: Step, milliseconds: number): void {
    const old = this.milliseconds[step];
    this.milliseconds[step] = Number.isNaN(old) ? milliseconds : old + SHARE * (milliseconds - old);
  }

  /** Count a frame. */
  count(now: number): void {
    this.times.push(now);
    while (this.times[0] < now - 1000 * SECONDS) this.times.shift();
  }

  /** Frames in a second; NaN where there are too few to tell. */
  rate(now: number): number {
    const recent = this.times.filter((time) => time >= now - 1000 * SECONDS);
    if (recent.length < 2) return Number.NaN;
    return (1000 * (recent.length - 1)) / (recent[recent.length - 1] - recent[0]);
  }

  /** From the image of the camera to the drawn person. */
  get total(): number {
    return STEPS.reduce((sum, step) => sum + this.milliseconds[step], 0);
  }

  clear(): void {
    this.times = [];
  }
}
