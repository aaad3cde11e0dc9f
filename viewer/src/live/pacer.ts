// The frame rate that detection reaches: it is measured before a session begins, and watched then.

/** Frames of a measurement; the first ones are slow, as the detector warms up. */
const [WARM_UP, MEASURED] = [4, 16];

/** Seconds after which a measurement ends with fewer frames. */
const PATIENCE = 2.5;

/** A rate that differs by this factor, for so many frames, begins another session. */
const [FACTOR, WATCHED] = [1.4, 90];

/** Milliseconds without a frame that are no measure of a rate. */
const GAP = 3000;

export class Pacer {
  /** The rate of the session; NaN before it is measured. */
  rate = Number.NaN;
  private size = "";
  private seen = 0;
  private times: number[] = [];

  get isSteady(): boolean {
    return !Number.isNaN(this.rate);
  }

  clear(): void {
    this.rate = Number.NaN;
    this.seen = 0;
    this.times = [];
  }

  /**
   * Count a frame at a time in ms; return the frame rate where a session is to begin with it, or 0.
   */
  add(now: number, size: [number, number], keep: boolean): number {
    if (String(size) !== this.size) this.clear();
    this.size = String(size);
    if (this.seen++ < WARM_UP) return 0;
    // A page in the background gets no images.
    if (this.isSteady && now - (this.times.at(-1) ?? now) > GAP) this.times = [];
    this.times.push(now);
    const { times } = this;
    const wanted = this.isSteady ? WATCHED : MEASURED;
    const elapsed = now - times[0];
    const isDone = times.length > wanted || (!this.isSteady && elapsed > 1000 * PATIENCE);
    if (!isDone || times.length < 2) return 0;
    const rate = (1000 * (times.length - 1)) / elapsed;
    this.times = [now];
    const isOther = !this.isSteady || Math.max(rate / this.rate, this.rate / rate) > FACTOR;
    if (!isOther || (this.isSteady && keep)) return 0;
    this.rate = Math.min(Math.max(Math.round(rate), 2), 120);
    return this.rate;
  }
}
