// Play, step, scrub, loop and speed.
import type { Clock } from "../clock";
import { button, element, icon, setIcon } from "../dom";

const SPEEDS = [0.1, 0.25, 0.5, 1, 1.5, 2];

export class Transport {
  readonly root: HTMLElement;
  private readonly playButton: HTMLButtonElement;
  private readonly loopButton: HTMLButtonElement;
  private readonly slider: HTMLInputElement;
  private readonly region = element("div", { class: "sl-region", hidden: true });
  private readonly fill = element("div", { class: "sl-fill" });
  private readonly handles: HTMLElement[];
  private readonly clockText = element("span", { class: "sl-time" });
  private readonly speed: HTMLSelectElement;

  constructor(
    private readonly clock: Clock,
    /** The times at which frames begin, to step through. */
    private readonly times: Float64Array,
    private readonly frame: () => number,
  ) {
    this.playButton = button("Play", icon("play"), () => clock.toggle(), { class: "sl-play" });
    const back = button("Previous frame", icon("back"), () => this.step(-1));
    const forward = button("Next frame", icon("forward"), () => this.step(1));
    this.loopButton = button("Loop a range", icon("loop"), () => this.toggleLoop(), {
      "aria-pressed": "false",
    });
    this.slider = element("input", {
      type: "range",
      min: 0,
      max: times.length - 1,
      step: 1,
      value: 0,
      "aria-label": "Frame",
    });
    this.slider.addEventListener("input", () => {
      const time = times[Number(this.slider.value)];
      clock.pause();
      clock.seek(time);
    });
    this.handles = ["Start of the loop", "End of the loop"].map((label, which) =>
      this.handle(label, which),
    );
    const track = element(
      "div",
      { class: "sl-track" },
      element("div", { class: "sl-rail" }),
      this.region,
      this.fill,
      this.slider,
      ...this.handles,
    );
    this.speed = element("select", { "aria-label": "Speed", title: "Speed", class: "sl-speed" });
    for (const value of SPEEDS)
      this.speed.append(element("option", { value, selected: value === 1 }, `${value}×`));
    this.speed.addEventListener("change", () => clock.setSpeed(Number(this.speed.value)));
    const buttons = element("div", { class: "sl-buttons" }, back, this.playButton, forward);
    this.root = element(
      "div",
      { class: "sl-transport", role: "group", "aria-label": "Playback" },
      buttons,
      track,
      this.clockText,
      this.loopButton,
      this.speed,
    );
  }

  step(frames: number): void {
    this.clock.pause();
    const to = Math.min(Math.max(this.frame() + frames, 0), this.times.length - 1);
    this.clock.seek(this.times[to]);
  }

  /** Choose the next slower or faster speed. */
  changeSpeed(by: number): void {
    const at = SPEEDS.indexOf(this.clock.speed) + by;
    if (SPEEDS[at] !== undefined) this.clock.setSpeed(SPEEDS[at]);
  }

  toggleLoop(): void {
    if (this.clock.loop) {
      this.clock.setLoop(null);
      return;
    }
    const length = Math.min(this.clock.duration, Math.max(1, this.clock.duration / 5));
    const start = Math.min(Math.max(this.clock.time - length / 2, 0), this.clock.duration - length);
    this.clock.setLoop([start, start + length]);
  }

  setLoopEnd(which: number, time: number): void {
    const { duration, loop, step } = this.clock;
    const range: [number, number] = loop ? [...loop] : [0, duration];
    const at = Math.min(Math.max(time, 0), duration);
    range[which] = which === 0 ? Math.min(at, range[1] - step) : Math.max(at, range[0] + step);
    if (range[0] >= 0 && range[1] <= duration + 1e-9) this.clock.setLoop(range);
  }

  update(): void {
    const { clock } = this;
    const { duration } = clock;
    setIcon(this.playButton, clock.playing ? "pause" : "play");
    const label = clock.playing ? "Pause" : "Play";
    if (this.playButton.title !== label) {
      this.playButton.title = label;
      this.playButton.setAttribute("aria-label", label);
    }
    const frame = this.frame();
    this.slider.value = String(frame);
    const time = this.times[frame] ?? 0;
    this.slider.setAttribute(
      "aria-valuetext",
      `frame ${frame + 1} of ${this.times.length}, ${time.toFixed(2)} seconds`,
    );
    const fraction = (value: number) => `${(100 * value) / Math.max(duration, 1e-9)}%`;
    this.fill.style.width = fraction(time);
    this.clockText.replaceChildren(
      element("b", {}, formatTime(time, duration)),
      ` / ${formatTime(duration, duration)}`,
      element("span", { class: "sl-frame" }, `${frame + 1} of ${this.times.length}`),
    );
    const { loop } = clock;
    this.region.hidden = !loop;
    this.loopButton.setAttribute("aria-pressed", String(loop !== null));
    this.handles.forEach((handle, which) => {
      handle.hidden = !loop;
      if (loop) {
        handle.style.left = fraction(loop[which]);
        handle.setAttribute("aria-valuenow", loop[which].toFixed(2));
      }
    });
    if (loop) {
      this.region.style.left = fraction(loop[0]);
      this.region.style.width = fraction(loop[1] - loop[0]);
    }
    this.speed.value = String(clock.speed);
  }

  private handle(label: string, which: number): HTMLElement {
    const { clock } = this;
    const made = element("div", {
      class: "sl-handle",
      role: "slider",
      tabindex: 0,
      hidden: true,
      "aria-label": label,
      "aria-valuemin": 0,
      "aria-valuemax": clock.duration.toFixed(2),
    });
    made.addEventListener("pointerdown", (event) => {
      made.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    made.addEventListener("pointermove", (event) => {
      if (!made.hasPointerCapture(event.pointerId)) return;
      const bounds = (made.parentElement as HTMLElement).getBoundingClientRect();
      this.setLoopEnd(which, ((event.clientX - bounds.left) / bounds.width) * clock.duration);
    });
    made.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (by && clock.loop) {
        this.setLoopEnd(which, clock.loop[which] + by * clock.step);
        event.preventDefault();
        event.stopPropagation();
      }
    });
    return made;
  }
}

export function formatTime(seconds: number, duration: number): string {
  const minutes = Math.floor(seconds / 60);
  const rest = (seconds - 60 * minutes).toFixed(duration < 60 ? 2 : 1);
  return `${minutes}:${rest.padStart(duration < 60 ? 5 : 4, "0")}`;
}
