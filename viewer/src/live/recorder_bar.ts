// Record, stop, and save in a format.
import { element } from "../dom";
import type { State } from "./messages";

export interface Format {
  name: string;
  title: string;
  suffix: string;
}

const DEFAULT_FORMAT = "pose";

export class RecorderBar {
  readonly root: HTMLElement;
  onRecord: () => void = () => {};
  onStop: () => void = () => {};
  onSave: (format: string) => void = () => {};
  private readonly button = element("button", { type: "button", class: "sl-record" });
  private readonly text = element("span", { class: "sl-time", role: "status" });
  private readonly formats = element("select", { "aria-label": "Format", class: "sl-formats" });
  private readonly saveButton = element("button", { type: "button", class: "sl-save" }, "Save");
  private readonly speed = element("span", { class: "sl-rate" });
  private state: State | null = null;
  private began = 0;

  constructor() {
    this.button.append(element("i"), element("span"));
    this.button.addEventListener("click", () => this.toggle());
    this.saveButton.addEventListener("click", () => this.onSave(this.formats.value));
    this.root = element(
      "div",
      { class: "sl-transport", role: "group", "aria-label": "Recording" },
      this.button,
      this.text,
      element("span", { class: "sl-space" }),
      this.speed,
      this.formats,
      this.saveButton,
    );
    this.update(null);
  }

  setFormats(formats: Format[]): void {
    this.formats.replaceChildren(
      ...formats.map(({ name, title, suffix }) =>
        element(
          "option",
          { value: name, selected: name === DEFAULT_FORMAT, title },
          suffix ? `${suffix.slice(1)}: ${title}` : `${name}: ${title}`,
        ),
      ),
    );
  }

  toggle(): void {
    if (!this.state) return;
    if (this.state.recording) this.onStop();
    else this.onRecord();
  }

  /** Whether something is recorded, or being recorded. */
  get isRecording(): boolean {
    return this.state?.recording === true;
  }

  update(state: State | null): void {
    if (state?.recording && !this.state?.recording) this.began = performance.now();
    this.state = state;
    const recording = state?.recording === true;
    this.button.disabled = state === null;
    const label = recording ? "Stop" : "Record";
    this.button.setAttribute("aria-pressed", String(recording));
    (this.button.lastElementChild as HTMLElement).textContent = label;
    this.button.title = recording ? "Stop the recording (R)" : "Record (R)";
    const canSave = !recording && (state?.stopped ?? 0) > 0;
    this.saveButton.disabled = !canSave;
    this.formats.disabled = !canSave;
    if (!recording)
      this.text.textContent = state?.stopped ? `${state.stopped} frames recorded` : "";
  }

  /** Count the frames of a recording. */
  count(recorded: number): void {
    if (!this.isRecording) return;
    const seconds = Math.floor((performance.now() - this.began) / 1000);
    const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    const text = `${clock} · ${recorded} frames`;
    // Screen readers hear the time once in ten seconds.
    this.text.setAttribute("aria-live", seconds % 10 === 0 ? "polite" : "off");
    this.text.textContent = text;
  }

  setRate(rate: number): void {
    this.speed.textContent = Number.isNaN(rate)
      ? ""
      : `${rate.toFixed(rate < 9.5 ? 1 : 0)} frames/s`;
  }
}
