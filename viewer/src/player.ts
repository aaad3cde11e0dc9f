// The player: all parts of the viewer in one element, and the state that they share.
import { Vector3 } from "three";
import { playerActions } from "./actions";
import { Clock } from "./clock";
import { describe } from "./data/body";
import { decodeSubjects, type Subject } from "./data/motion";
import type { Layout, Payload } from "./data/payload";
import { button, element, icon } from "./dom";
import { type Paint, saveFilm, savePng } from "./exports";
import { listen } from "./keyboard";
import { type Palette, palette, type Theme } from "./palette";
import { playerHelp } from "./panels/help";
import { frameOf, InputPanel } from "./panels/input";
import { addSettings, colourScale } from "./panels/options";
import { type Label, Overlay } from "./panels/overlay";
import { Settings } from "./panels/settings";
import { describeDepth, Strips } from "./panels/strips";
import { Transport } from "./panels/transport";
import { ViewButtons } from "./panels/view_buttons";
import { Crowd } from "./scene/crowd";
import { Stage, type ViewName } from "./scene/stage";
import { MOST_CHOSEN, type State } from "./state";

/** Changes of these move people. */
const PLACING = ["layout", "hidden", "acrossDepth", "truth", "beside"] as const;

export interface Options {
  /** Whether the player is the whole page. */
  page?: boolean;
  /** Without strips, settings and input. */
  compact?: boolean;
  theme?: "auto" | Theme;
  /** Whether it plays at once. */
  autoplay?: boolean;
  view?: ViewName;
}

export class Player {
  readonly root = element("div", { class: "signlift-viewer", tabindex: -1 });
  /** Fulfilled when the recordings are shown. */
  readonly ready: Promise<void>;
  clock = new Clock(0, 1 / 30);
  subjects: Subject[] = [];
  readonly state: State;
  private readonly live = element("div", {
    class: "sl-live",
    role: "status",
    "aria-live": "polite",
  });
  private readonly help = playerHelp();
  private readonly nothing = element(
    "p",
    { class: "sl-nothing", hidden: true },
    "No depth is known in this frame.",
  );
  private readonly views = new ViewButtons((view) => this.show(view));
  stage!: Stage;
  private overlay!: Overlay;
  private crowd!: Crowd;
  transport!: Transport;
  private inputs: InputPanel[] = [];
  private readonly strips = new Strips();
  private readonly settings = new Settings();
  private readonly inputHolder = element("section", {
    class: "sl-inputs",
    "aria-label": "2D input",
  });
  private shown = "";
  private stopFilm: (() => void) | null = null;

  constructor(
    container: HTMLElement,
    private readonly payload: Payload,
    private readonly options: Options = {},
  ) {
    const dark = window.matchMedia("(prefers-color-scheme: dark)");
    const theme =
      options.theme === "light" || options.theme === "dark"
        ? options.theme
        : dark.matches
          ? "dark"
          : "light";
    this.state = {
      theme,
      layout: payload.layout,
      mode: "side",
      completed: true,
      uncertainty: true,
      trails: false,
      truth: true,
      beside: false,
      chosen: [],
      active: 0,
      hidden: new Set(),
      acrossDepth: false,
    };
    this.root.classList.toggle("sl-page", options.page === true);
    this.root.classList.toggle("sl-compact", options.compact === true);
    this.root.dataset.theme = theme;
    this.root.append(element("p", { class: "sl-loading" }, "Loading…"));
    container.append(this.root);
    dark.addEventListener("change", (event) => {
      if (options.theme === undefined || options.theme === "auto")
        this.setTheme(event.matches ? "dark" : "light");
    });
    this.ready = this.whenVisible()
      .then(() => this.load())
      .catch((error: unknown) => {
        this.root.replaceChildren(
          element(
            "p",
            { class: "sl-loading", role: "alert" },
            `The recording cannot be shown: ${error}`,
          ),
        );
        throw error;
      });
  }

  get colours(): Palette {
    return palette(this.state.theme);
  }

  /** Wait until the player comes into view, as a page may hold more than can be drawn at once. */
  private whenVisible(): Promise<void> {
    if (this.options.page) return Promise.resolve();
    return new Promise((resolve) => {
      const observer = new IntersectionObserver(
        (entries) => {
          if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
          observer.disconnect();
          resolve();
        },
        { rootMargin: "200px" },
      );
      observer.observe(this.root);
    });
  }

  private async load(): Promise<void> {
    this.subjects = await decodeSubjects(this.payload.recordings);
    const longest = this.subjects.reduce((a, b) =>
      (b.times.at(-1) ?? 0) > (a.times.at(-1) ?? 0) ? b : a,
    );
    if (!longest.motion.frames) {
      const text = "The recording has no frames.";
      this.root.replaceChildren(element("p", { class: "sl-loading" }, text));
      return;
    }
    const duration = longest.times.at(-1) ?? 0;
    this.clock = new Clock(duration, 1 / longest.packed.fps);
    this.build(longest);
    this.clock.onChange(() => this.follow());
    this.choose("LWrist", "LHand");
    this.choose("RWrist", "RHand");
    this.place();
    this.stage.show(this.options.view ?? "start", false);
    this.setTheme(this.state.theme);
    if (this.options.autoplay) this.clock.play();
  }

  private build(longest: Subject): void {
    const { options, strips, settings } = this;
    const view = element("div", { class: "sl-view" });
    this.stage = new Stage(view);
    this.stage.canvas.setAttribute("role", "img");
    this.stage.canvas.setAttribute(
      "aria-label",
      `3D view of ${this.subjects.map(({ motion }) => motion.name).join(", ")}`,
    );
    this.overlay = new Overlay(this.stage);
    view.append(this.nothing, this.overlay.root, this.views.root);
    this.crowd = new Crowd(this.stage, this.subjects);
    this.stage.afterDraw = () => this.overlay.update(this.colours);
    this.stage.onSpace = (box, floor) => this.overlay.setTicks(box, floor);
    this.stage.onOrbit = () => this.views.mark(null);
    this.crowd.onPick = (name) => this.toggleChosen(name);
    this.transport = new Transport(this.clock, longest.times, () => frameOf(longest, this.clock));
    this.inputs = this.subjects.map(
      (subject, number) => new InputPanel(subject, number % this.colours.sides.length),
    );
    for (const input of this.inputs) input.onChoose = (name) => this.toggleChosen(name);
    strips.onRemove = (name) => this.toggleChosen(name);
    strips.onSeek = (time) => this.clock.seek(time);
    addSettings(settings, this);
    const header = this.buildHeader();
    const side = element("aside", { class: "sl-side" }, this.inputHolder, settings.root);
    const column = element("div", { class: "sl-column" }, view, this.transport.root);
    const main = element("div", { class: "sl-main" }, column);
    if (!options.compact) {
      column.append(strips.root);
      main.append(side);
    }
    this.root.replaceChildren(header, main, this.live, this.help);
    listen(this.root, options.page === true, playerActions(this));
  }

  private buildHeader(): HTMLElement {
    const tools = element(
      "div",
      { class: "sl-tools" },
      button("Save a PNG of this view", icon("image"), () => this.savePng()),
      button("Save the clip as a film", icon("film"), () => this.saveFilm()),
      button("Light or dark", icon("theme"), () => this.toggleTheme()),
      button("Help", icon("help"), () => this.showHelp()),
    );
    const { title } = this.payload;
    const heading = element(this.options.page ? "h1" : "h2", { class: "sl-title", title }, title);
    return element("header", { class: "sl-header" }, heading, tools);
  }

  /** Change what is shown. */
  change(changes: Partial<State>): void {
    const placed = PLACING.some((name) => name in changes);
    Object.assign(this.state, changes);
    if (placed) this.place();
    this.update();
  }

  setLayout(layout: Layout): void {
    this.change({ layout });
    this.show("start");
  }

  show(view: ViewName | "start"): void {
    const acrossDepth = view === "side";
    if (acrossDepth !== this.state.acrossDepth) this.change({ acrossDepth });
    this.stage.show(view);
    this.views.mark(view);
    if (view !== "start") this.say(`View from the ${view}`);
  }

  step(frames: number): void {
    this.transport.step(frames);
    const { motion } = this.subjects[this.state.active];
    const frame = frameOf(this.subjects[this.state.active], this.clock);
    const depths = this.state.chosen.map((name) => {
      const joint = motion.find(name);
      return joint < 0
        ? ""
        : `${describe(name)} ${describeDepth(motion, joint, frame, null, name)}`;
    });
    this.say(`Frame ${frame + 1}. ${depths.join(". ")}`);
  }

  /** Choose a keypoint by the first of some names that a recording has. */
  choose(...names: string[]): void {
    for (const name of names) {
      if (
        this.state.chosen.includes(name) ||
        !this.subjects.some(({ motion }) => motion.find(name) >= 0)
      )
        continue;
      this.state.chosen = [...this.state.chosen, name].slice(-MOST_CHOSEN);
      return;
    }
  }

  toggleChosen(name: string): void {
    const { chosen } = this.state;
    if (chosen.includes(name)) {
      this.change({ chosen: chosen.filter((other) => other !== name) });
      this.say(`${describe(name)} removed`);
      return;
    }
    this.choose(name);
    const subject = this.subjects[this.state.active];
    const joint = subject.motion.find(name);
    this.say(
      `${describe(name)}: ${joint < 0 ? "" : describeDepth(subject.motion, joint, frameOf(subject, this.clock), null, name)}`,
    );
    this.update();
  }

  toggleTheme(): void {
    this.setTheme(this.state.theme === "dark" ? "light" : "dark");
  }

  setTheme(theme: Theme): void {
    this.state.theme = theme;
    this.root.dataset.theme = theme;
    if (!this.stage) return;
    this.stage.setTheme(theme, this.colours);
    this.update();
  }

  showHelp(): void {
    if (!this.help.open) this.help.showModal();
  }

  savePng(): void {
    savePng(this.paint, this.fileName);
    this.say("PNG saved");
  }

  saveFilm(): void {
    if (this.stopFilm) {
      this.stopFilm();
      return;
    }
    this.stopFilm = saveFilm(this.clock, this.paint, this.fileName, () => {
      this.stopFilm = null;
      this.root.classList.remove("sl-recording");
      this.say("Film saved");
    });
    if (this.stopFilm) this.root.classList.add("sl-recording");
    this.say(
      this.stopFilm ? "The clip is played once and saved" : "This browser cannot save films",
    );
  }

  private get fileName(): string {
    return this.payload.title.replace(/[^\p{L}\p{N}._-]+/gu, "-").slice(0, 80) || "signlift";
  }

  private readonly paint: Paint = (target) => {
    this.stage.drawNow();
    const { canvas } = this.stage;
    target.width = canvas.width & ~1;
    target.height = canvas.height & ~1;
    const context = target.getContext("2d") as CanvasRenderingContext2D;
    context.fillStyle = this.colours.background;
    context.fillRect(0, 0, target.width, target.height);
    context.drawImage(canvas, 0, 0);
    this.overlay.paint(context, canvas.width / canvas.clientWidth, this.colours);
  };

  private place(): void {
    this.crowd.place(this.state);
    const shown = this.inputs.filter((_, number) => number === this.state.active);
    for (const input of this.inputs) if (!shown.includes(input)) input.pause();
    this.inputHolder.replaceChildren(...shown.map(({ root }) => root));
  }

  /** Hide or show a recording; one is always shown. */
  setHidden(number: number, hide: boolean): void {
    const hidden = new Set(this.state.hidden);
    if (hide) hidden.add(number);
    else hidden.delete(number);
    if (hidden.size < this.subjects.length) this.change({ hidden });
  }

  setActive(active: number): void {
    this.state.active = active;
    this.place();
    this.update();
  }

  /** Update where the clock has come to another frame, or was changed otherwise. */
  private follow(): void {
    const { clock, subjects } = this;
    const frames = subjects.map((subject) => frameOf(subject, clock));
    const key = [...frames, clock.playing, clock.speed, clock.loop].join();
    if (key === this.shown) return;
    this.shown = key;
    this.update();
  }

  private update(): void {
    const { clock, state, subjects, colours } = this;
    const chosen = new Set(state.chosen);
    const scale = colourScale(this.subjects, state.mode);
    this.nothing.hidden = this.crowd.update(clock, state, colours, chosen, scale);
    this.inputs[state.active].update(
      clock,
      frameOf(subjects[state.active], clock),
      colours,
      chosen,
    );
    this.overlay.setLabels(this.labels());
    this.transport.update();
    if (!this.options.compact) {
      this.strips.update(clock, {
        subjects,
        hidden: state.hidden,
        chosen: state.chosen,
        colours,
        truth: state.truth,
        active: state.active,
      });
      this.settings.update();
    }
    this.stage.draw();
  }

  private labels(): Label[] {
    const names = this.crowd.names(this.state);
    const labels: Label[] =
      names.length > 1 ? names.map((name) => ({ ...name, kind: "name" as const })) : [];
    const overlaid = this.state.layout === "overlay";
    this.subjects.forEach((_, number) => {
      if (number > 0 && overlaid) return;
      if (this.subjects.length > 2 && number !== this.state.active) return;
      for (const name of this.state.chosen) {
        const at = new Vector3();
        if (this.crowd.keypointPlace(number, name, at)) {
          labels.push({ text: describe(name), at, kind: "keypoint" });
        }
      }
    });
    return labels;
  }

  /** Let screen readers say a text. */
  say(text: string): void {
    this.live.textContent = text;
  }
}
