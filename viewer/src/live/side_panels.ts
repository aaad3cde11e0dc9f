// Beside the scene: how far the signer's proportions have settled, and how long each step takes.
import { element } from "../dom";
import type { Meter } from "./meter";
import { STEPS } from "./meter";

/** Milliseconds of a full bar. */
const FULL_BAR = 100;

/** What each step is, for those who wonder. */
const MEANINGS = {
  detection: "MediaPipe finds the keypoints in the image",
  network: "the way to signlift on this machine and back, with waiting there",
  lifting: "signlift predicts the depth",
  drawing: "from the answer to the drawn person",
} as const;

export interface ProportionActions {
  save: () => void;
  load: (file: File) => void;
  restart: () => void;
}

export class ProportionsPanel {
  readonly root: HTMLElement;
  private readonly text = element("span", { class: "sl-value" }, "waiting for a signer");
  private readonly fill = element("i");
  private readonly bar: HTMLElement;
  private readonly saveButton: HTMLButtonElement;

  constructor(actions: ProportionActions) {
    this.bar = element(
      "div",
      {
        class: "sl-bar",
        role: "progressbar",
        "aria-label": "How far the proportions have settled",
        "aria-valuemin": 0,
        "aria-valuemax": 100,
        "aria-valuenow": 0,
      },
      this.fill,
    );
    const file = element("input", { type: "file", accept: ".json,application/json", hidden: true });
    file.addEventListener("change", () => {
      const [chosen] = file.files ?? [];
      if (chosen) actions.load(chosen);
      file.value = "";
    });
    const chip = (label: string, title: string, action: () => void) => {
      const made = element("button", { type: "button", class: "sl-chip", title }, label);
      made.addEventListener("click", action);
      return made;
    };
    this.saveButton = chip("Save", "Save the signer's proportions as a file", actions.save);
    this.saveButton.disabled = true;
    const buttons = element(
      "div",
      { class: "sl-chips", role: "group", "aria-label": "Proportions" },
      this.saveButton,
      chip("Load…", "Load the proportions of this signer from a file", () => file.click()),
      chip("New signer", "Forget the signer, and estimate the proportions anew", actions.restart),
      file,
    );
    this.root = element(
      "section",
      { "aria-label": "The signer's proportions" },
      element("h3", {}, "The signer's proportions ", this.text),
      this.bar,
      buttons,
    );
  }

  /** Show a fraction; null before anybody was seen. */
  update(settling: number | null, settled: boolean, given: boolean): void {
    const percent = Math.round(100 * (given ? 1 : (settling ?? 0)));
    const text =
      settling === null
        ? "waiting for a signer"
        : given
          ? "from a file"
          : settled
            ? "settled"
            : `settling, ${percent} %`;
    if (this.text.textContent !== text) this.text.textContent = text;
    this.fill.style.width = `${percent}%`;
    this.bar.classList.toggle("sl-settled", given || settled);
    this.bar.setAttribute("aria-valuenow", String(percent));
    this.bar.setAttribute("aria-valuetext", text);
    this.saveButton.disabled = settling === null;
  }
}

export class LatencyPanel {
  readonly root: HTMLElement;
  private readonly rows = new Map<string, [bar: HTMLElement, value: HTMLElement]>();
  private readonly total = element("span", { class: "sl-value" });
  private readonly note = element("p", { class: "sl-note" });

  constructor() {
    const table = element("table", { class: "sl-latency" });
    const body = element("tbody");
    table.append(element("caption", { class: "sl-hidden" }, "Milliseconds of each step"), body);
    for (const step of STEPS) {
      const [bar, value] = [element("i"), element("td", { class: "sl-number" }, "–")];
      const name = element("th", { scope: "row", title: MEANINGS[step] }, step);
      body.append(
        element("tr", {}, name, element("td", {}, element("div", { class: "sl-bar" }, bar)), value),
      );
      this.rows.set(step, [bar, value]);
    }
    this.root = element(
      "section",
      { "aria-label": "Latency" },
      element("h3", {}, "Latency ", this.total),
      table,
      this.note,
    );
  }

  update(meter: Meter, note: string): void {
    for (const step of STEPS) {
      const [bar, value] = this.rows.get(step) as [HTMLElement, HTMLElement];
      const milliseconds = meter.milliseconds[step];
      const isKnown = !Number.isNaN(milliseconds);
      bar.style.width = `${isKnown ? Math.min((100 * milliseconds) / FULL_BAR, 100) : 0}%`;
      value.textContent = isKnown ? `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms` : "–";
    }
    this.total.textContent = Number.isNaN(meter.total) ? "" : `${meter.total.toFixed(0)} ms in all`;
    this.note.textContent = note;
  }
}
