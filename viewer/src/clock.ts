// The time that is shown, and its progress while the player plays.

export type ClockListener = (clock: Clock) => void;

export class Clock {
  time = 0;
  playing = false;
  speed = 1;
  loop: [number, number] | null = null;
  private readonly listeners = new Set<ClockListener>();
  private last = 0;
  private request = 0;

  constructor(
    /** Seconds from the first to the last frame. */
    readonly duration: number,
    /** Seconds of one step. */
    readonly step: number,
  ) {}

  onChange(listener: ClockListener): void {
    this.listeners.add(listener);
  }

  changed(): void {
    for (const listener of this.listeners) listener(this);
  }

  get range(): [number, number] {
    return this.loop ?? [0, this.duration];
  }

  seek(time: number): void {
    this.time = Math.min(Math.max(time, 0), this.duration);
    this.changed();
  }

  play(): void {
    if (this.playing || this.duration <= 0) return;
    const [start, end] = this.range;
    if (this.time >= end - 1e-9 || this.time < start) this.time = start;
    this.playing = true;
    this.last = performance.now();
    this.request = requestAnimationFrame(this.tick);
    this.changed();
  }

  pause(): void {
    cancelAnimationFrame(this.request);
    this.playing = false;
    this.changed();
  }

  toggle(): void {
    if (this.playing) this.pause();
    else this.play();
  }

  setSpeed(speed: number): void {
    this.speed = speed;
    this.changed();
  }

  /** Loop between two times; null loops over the whole. */
  setLoop(loop: [number, number] | null): void {
    this.loop = loop;
    if (loop && (this.time < loop[0] || this.time > loop[1])) this.time = loop[0];
    this.changed();
  }

  private readonly tick = (now: number): void => {
    if (!this.playing) return;
    // A page in the background gets no frames: do not jump when it comes back.
    const elapsed = Math.min((now - this.last) / 1000, 0.25);
    this.last = now;
    const [start, end] = this.range;
    this.time += elapsed * this.speed;
    // The last frame is shown as long as every other one.
    if (this.time >= end + this.step) this.time = start;
    this.request = requestAnimationFrame(this.tick);
    this.changed();
  };
}

/** Return the frame that is shown at a time: the last one that has begun. */
export function frameAt(times: Float64Array, time: number): number {
  let low = 0;
  let high = times.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (times[middle] <= time + 1e-6) low = middle;
    else high = middle - 1;
  }
  return low;
}
