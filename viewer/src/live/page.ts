// The live page: camera, detector, connection and scene, and what happens when one of them fails.
import { button, element, icon } from "../dom";
import { save } from "../exports";
import { listen } from "../keyboard";
import type { Theme } from "../palette";
import { Settings } from "../panels/settings";
import { liveActions } from "./actions";
import { Camera } from "./camera";
import { CameraPanel } from "./camera_panel";
import { type Detector, HolisticDetector } from "./detector";
import { liveHelp } from "./help";
import { Link, type LinkStatus } from "./link";
import type { LiftedFrame, State } from "./messages";
import { Meter } from "./meter";
import { Notes } from "./notes";
import { Pacer } from "./pacer";
import { RecorderBar } from "./recorder_bar";
import { SceneView } from "./scene_view";
import { LatencyPanel, ProportionsPanel } from "./side_panels";

/** Seconds without an image after which the camera is said to be silent. */
const SILENCE = 4;

/** Seconds without a person after which the page says so. */
const ABSENCE = 1.5;

/** Milliseconds for which the next detection waits for the answer to the last one, at least. */
const ANSWER = 30;

/** Milliseconds of a detection that is slow: drawing waits for it, unless it waits for drawing. */
const SLOW = 50;

const STATUS: Record<LinkStatus, string> = {
  connecting: "connecting",
  open: "connected",
  lost: "connection lost, trying again",
  renewed: "signlift live was started anew",
};

/** What the page says of the connection in place of the signer. */
const LINK_NOTES: Partial<Record<LinkStatus, string>> = {
  lost: "signlift live does not answer.\nThe page connects again once it runs.",
  renewed:
    "signlift live was started anew, with another address.\nClose this page, and use the one that it has opened.",
};

export class LivePage {
  readonly root = element("div", { class: "signlift-viewer sl-page sl-livepage", tabindex: -1 });
  readonly link = new Link();
  readonly meter = new Meter();
  readonly camera = new Camera();
  readonly scene: SceneView;
  readonly pacer = new Pacer();
  readonly shown = { uncertainty: true, mirror: false, image: true };
  /** The newest lifted frame, for tests. */
  newest: LiftedFrame | null = null;
  private readonly detector: Detector = window.signliftDetector ?? new HolisticDetector();
  private readonly panel = new CameraPanel(this.camera.video);
  readonly recorder = new RecorderBar();
  private readonly proportions: ProportionsPanel;
  private readonly latency = new LatencyPanel();
  private readonly settings = new Settings();
  private readonly status = element("span", { class: "sl-status", role: "status" });
  private readonly live = element("div", {
    class: "sl-live",
    role: "status",
    "aria-live": "polite",
  });
  private readonly notice = element("p", { class: "sl-notice", role: "alert", hidden: true });
  readonly help = liveHelp();
  private readonly notes: Notes;
  private theme: Theme = "light";
  private state: State | null = null;
  private answered = Number.NaN;
  private somebodyAt = Number.NaN;
  private runs = 0;
  private unsaved = false;
  private isLost = false;

  constructor(container: HTMLElement) {
    container.append(this.root);
    this.proportions = new ProportionsPanel({
      save: () => this.download("proportions", {}),
      load: (file) => this.loadProportions(file),
      restart: () => this.restart(),
    });
    this.scene = new SceneView();
    this.notes = new Notes((text, controls) => this.scene.say(text, ...controls));
    this.build();
    this.connect();
    const dark = window.matchMedia("(prefers-color-scheme: dark)");
    this.setTheme(dark.matches ? "dark" : "light");
    dark.addEventListener("change", ({ matches }) => this.setTheme(matches ? "dark" : "light"));
    window.addEventListener("beforeunload", (event) => {
      if (this.unsaved || this.recorder.isRecording) event.preventDefault();
    });
  }

  /** Ask for the camera, load the detector, and detect frame after frame. */
  async start(device?: string): Promise<void> {
    const run = ++this.runs;
    this.pacer.clear();
    this.isLost = false;
    try {
      this.notes.set("camera", "Allow the camera in the browser.\nIts images stay in this page.");
      await this.camera.open(device);
    } catch (error) {
      this.offerAgain((error as Error).message);
      return;
    }
    try {
      this.notes.set("camera", "Loading MediaPipe…");
      await this.detector.load();
    } catch (error) {
      this.offerAgain(`MediaPipe cannot be used: ${(error as Error).message ?? error}`);
      return;
    }
    this.notes.set("camera", null);
    this.notes.set("signer", "Looking for a signer…");
    await this.detectFrames(run);
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    this.root.dataset.theme = theme;
    this.scene.setTheme(theme);
    this.redraw();
  }

  private async detectFrames(run: number): Promise<void> {
    const { camera, link, meter, pacer } = this;
    while (run === this.runs && camera.isRunning) {
      if (!(await camera.nextImage(SILENCE))) {
        if (run === this.runs && camera.isRunning && !document.hidden)
          this.notes.set("camera", "The camera sends no images. Is it covered, or used elsewhere?");
        continue;
      }
      this.notes.set("camera", null);
      const begin = performance.now();
      this.panel.keep(begin);
      try {
        const landmarks = await this.detector.detect(camera.video);
        if (run !== this.runs) return;
        const now = performance.now();
        meter.add("detection", now - begin);
        const fps = pacer.add(now, camera.size, this.recorder.isRecording);
        if (fps) link.greet(fps, camera.size);
        if (pacer.isSteady) link.send(landmarks, begin);
        await this.pause(now - begin);
        if (link.status !== "open" || !pacer.isSteady) this.panel.draw(null, null, begin);
      } catch (error) {
        this.offerAgain(`MediaPipe has failed: ${(error as Error).message ?? error}`);
        return;
      }
    }
  }

  /** Let the answer be drawn before the next detection, which keeps the page busy. */
  private async pause(detection: number): Promise<void> {
    await this.link.answer(Math.max(ANSWER, detection / 2));
    if (detection < SLOW || document.hidden) return;
    await new Promise(requestAnimationFrame);
    await new Promise((resolve) => setTimeout(resolve));
  }

  private connect(): void {
    const { camera, link, panel, recorder } = this;
    camera.onLost = (reason) => {
      this.offerAgain(reason);
      this.isLost = true;
    };
    camera.onDevices = (devices) => {
      panel.setDevices(devices, camera.device);
      if (this.isLost && devices.length) this.start();
    };
    panel.onChoose = (device) => this.start(device);
    link.onStatus = (status) => this.showStatus(status);
    link.onHello = (hello) => {
      this.scene.begin(hello);
      this.meter.clear();
    };
    link.onState = (state) => this.setState(state);
    link.onFailure = ({ message }) => this.warn(message);
    link.onFrame = (frame, roundTrip) => this.take(frame, roundTrip);
    recorder.onRecord = () => link.command("record");
    recorder.onStop = () => link.command("stop");
    recorder.onSave = (format) => this.download("recording", { format });
    this.scene.onDrawn = () => this.meter.add("drawing", performance.now() - this.answered);
    fetch("formats")
      .then((answer) => answer.json())
      .then((formats) => recorder.setFormats(formats))
      .catch(() => {});
    setInterval(() => this.refresh(), 250);
  }

  private take(frame: LiftedFrame, roundTrip: number): void {
    const { meter, scene } = this;
    this.newest = frame;
    this.answered = performance.now();
    meter.add("network", Math.max(roundTrip - frame.latency_ms, 0));
    meter.add("lifting", frame.latency_ms);
    meter.count(this.answered);
    const isSomebody = scene.take(frame, this.shown);
    if (isSomebody) {
      this.somebodyAt = this.answered;
      this.notes.set("signer", null);
    } else if (!(this.answered - this.somebodyAt < 1000 * ABSENCE)) {
      this.notes.set("signer", "Nobody is in the picture.");
    }
    const motion = isSomebody ? (scene.figure?.motion ?? null) : null;
    this.panel.draw(motion, scene.colours, frame.id);
    this.recorder.count(frame.recorded);
  }

  private refresh(): void {
    const { meter, newest, recorder } = this;
    const rate = meter.rate(performance.now());
    recorder.setRate(rate);
    const given = this.state?.given_proportions === true;
    const settling = newest?.proportions ? newest.settling : null;
    this.proportions.update(settling, newest?.settled === true, given);
    this.latency.update(meter, `MediaPipe ${this.detector.device}`);
  }

  private setState(state: State): void {
    if (state.recording !== (this.state?.recording === true))
      this.say(state.recording ? "Recording" : "Stopped");
    if (this.state?.recording && !state.recording) this.unsaved = (state.stopped ?? 0) > 0;
    this.state = state;
    this.recorder.update(state);
    this.root.classList.toggle("sl-recording", state.recording);
  }

  private showStatus(status: LinkStatus): void {
    this.status.textContent = STATUS[status];
    this.status.dataset.status = status;
    this.notes.set("link", LINK_NOTES[status] ?? null);
    if (status !== "open") this.recorder.update(null);
  }

  private offerAgain(reason: string): void {
    this.runs++;
    this.panel.clear();
    const again = element("button", { type: "button", class: "sl-again" }, "Try again");
    again.addEventListener("click", () => this.start());
    this.notes.set("camera", reason, again);
  }

  /** Forget the signer. */
  private restart(): void {
    this.link.command(this.state?.given_proportions ? "forget_proportions" : "restart");
  }

  private async loadProportions(file: File): Promise<void> {
    const answer = await this.ask("proportions", {}, { method: "POST", body: file });
    if (!answer || !this.state) return;
    this.setState({ ...this.state, given_proportions: true });
    this.say("Proportions loaded");
  }

  private async download(path: string, query: Record<string, string>): Promise<void> {
    const answer = await this.ask(path, query);
    if (!answer) return;
    const name = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") ?? "");
    save(await answer.blob(), name?.[1] ?? path);
    if (path === "recording") this.unsaved = false;
    this.say(`Saved ${name?.[1] ?? path}`);
  }

  /** Ask the server for something of this page's session; say what it expected, if anything. */
  private async ask(
    path: string,
    query: Record<string, string>,
    options: RequestInit = {},
  ): Promise<Response | null> {
    try {
      const answer = await fetch(this.link.address(path, query), options);
      if (answer.ok) return answer;
      this.warn(await answer.text());
    } catch {
      this.warn("signlift live does not answer.");
    }
    return null;
  }

  private build(): void {
    const { settings, shown } = this;
    const flip = (name: keyof typeof shown, label: string) => ({
      label,
      get: () => shown[name],
      set: () => this.flip(name),
    });
    settings.add(this.proportions.root);
    settings.addSwitches("Show", [
      flip("uncertainty", "Uncertainty"),
      flip("image", "Camera image"),
      flip("mirror", "Mirror"),
    ]);
    settings.add(this.latency.root);
    settings.update();
    const tools = element(
      "div",
      { class: "sl-tools" },
      button("Light or dark", icon("theme"), () => this.toggleTheme()),
      button("Help", icon("help"), () => this.help.showModal()),
    );
    const header = element(
      "header",
      { class: "sl-header" },
      element("h1", { class: "sl-title" }, "Live"),
      this.status,
      tools,
    );
    const column = element("div", { class: "sl-column" }, this.scene.root, this.recorder.root);
    const side = element("aside", { class: "sl-side" }, this.panel.root, settings.root);
    const main = element("div", { class: "sl-main" }, column, side);
    this.root.append(header, this.notice, main, this.live, this.help);
    listen(this.root, true, liveActions(this));
  }

  /** Switch something that is shown on or off. */
  flip(name: keyof typeof this.shown): void {
    this.shown[name] = !this.shown[name];
    this.panel.setMirror(this.shown.mirror);
    this.panel.setImage(this.shown.image);
    this.settings.update();
    this.say(`${name} ${this.shown[name] ? "on" : "off"}`);
    this.redraw();
  }

  private redraw(): void {
    if (this.newest) this.scene.take(this.newest, this.shown);
  }

  toggleTheme(): void {
    this.setTheme(this.theme === "dark" ? "light" : "dark");
  }

  /** Show a line about something that went wrong, for a while. */
  private warn(line: string): void {
    this.notice.textContent = line;
    this.notice.hidden = false;
    setTimeout(() => {
      if (this.notice.textContent === line) this.notice.hidden = true;
    }, 12_000);
  }

  /** Let screen readers say a text. */
  private say(text: string): void {
    this.live.textContent = text;
  }
}
