// Switches and choices of what is shown.
import { element } from "../dom";

export interface Switch {
  label: string;
  key?: string;
  get: () => boolean;
  set: (value: boolean) => void;
}

export interface Choice {
  label: string;
  options: [value: string, text: string][];
  get: () => string;
  set: (value: string) => void;
}

export class Settings {
  readonly root = element("section", { class: "sl-settings", "aria-label": "What is shown" });
  private readonly refreshers: (() => void)[] = [];

  addSwitches(title: string, switches: Switch[]): void {
    const chips = element("div", { class: "sl-chips" });
    for (const { label, get, set } of switches) {
      const chip = element("button", { type: "button", class: "sl-chip" }, label);
      chip.addEventListener("click", () => set(!get()));
      this.refreshers.push(() => chip.setAttribute("aria-pressed", String(get())));
      chips.append(chip);
    }
    this.root.append(element("h3", {}, title), chips);
  }

  addChoice({ label, options, get, set }: Choice): void {
    const group = element("div", { class: "sl-segments", role: "group", "aria-label": label });
    for (const [value, text] of options) {
      const option = element("button", { type: "button" }, text);
      option.addEventListener("click", () => set(value));
      this.refreshers.push(() => option.setAttribute("aria-pressed", String(get() === value)));
      group.append(option);
    }
    this.root.append(element("h3", {}, label), group);
  }

  add(...nodes: Node[]): void {
    this.root.append(...nodes);
  }

  onUpdate(refresh: () => void): void {
    this.refreshers.push(refresh);
  }

  update(): void {
    for (const refresh of this.refreshers) refresh();
  }
}
