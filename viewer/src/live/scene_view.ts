// The scene of the live page: the stage, the signer in it, and a message in place of the signer.
import { element } from "../dom";
import { type Palette, palette, type Theme } from "../palette";
import type { Overlay } from "../panels/overlay";
import { ViewButtons } from "../panels/view_buttons";
import type { Stage, ViewName } from "../scene/stage";
import { Figure, type SignerStyle } from "./figure";
import { hasGraphicsProcessor } from "./graphics";
import type { Hello, LiftedFrame } from "./messages";

/** The space of somebody who signs, in cm around the hips, and the floor: of a chair, or below feet. */
const [WIDTH, TOP, BOTTOM, REACH] = [46, 82, -12, 40];
const [SEAT, GROUND] = [-16, -98];

/** Seconds for which legs have to be seen, or not, before the floor moves. */
const LEG_SECONDS = 1;

export class SceneView {
  readonly root = element("div", { class: "sl-view" });
  readonly stage: Stage;
  figure: Figure | null = null;
  /** Called when a frame has been drawn. */
  onDrawn: () => void = () => {};
  private readonly overlay: Overlay;
  private readonly views = new ViewButtons((view) => this.show(view));
  private readonly message = element("div", { class: "sl-message", role: "status" });
  private theme: Theme = "light";
  private stands = false;
  private legsSince = 0;
  private isNew = false;

  constructor() {
    const { Overlay, Stage, Vector3 } = window.signlift.scene;
    this.stage = new Stage(this.root, hasGraphicsProcessor());
    this.stage.canvas.setAttribute("role", "img");
    this.stage.canvas.setAttribute("aria-label", "3D view of the signer");
    this.overlay = new Overlay(this.stage);
    this.root.append(this.overlay.root, this.views.root, this.message);
    this.stage.onSpace = (box, floor) => {
      this.overlay.setTicks(box, floor);
      this.overlay.setLabels([]);
    };
    this.stage.onOrbit = () => this.views.mark(null);
    this.stage.afterDraw = () => {
      this.overlay.update(this.colours);
      if (this.isNew) this.onDrawn();
      this.isNew = false;
    };
    const box = {
      min: new Vector3(-WIDTH, BOTTOM, -REACH),
      max: new Vector3(WIDTH, TOP, REACH),
    };
    this.stage.setSpace(box, SEAT);
    this.stage.show("start", false);
  }

  get colours(): Palette {
    return palette(this.theme);
  }

  /** Show the signer of a new session. */
  begin(hello: Hello): void {
    this.figure?.dispose();
    this.figure = new Figure(hello, this.stage);
  }

  /** Show a frame; false if nobody is in it. */
  take(frame: LiftedFrame, style: Omit<SignerStyle, "colours">): boolean {
    const { figure } = this;
    if (!figure) return false;
    const isSomebody = figure.take(frame);
    if (isSomebody) figure.draw({ ...style, colours: this.colours });
    this.placeFloor(frame);
    this.isNew = true;
    this.stage.draw();
    return isSomebody;
  }

  show(view: ViewName | "start"): void {
    this.stage.show(view);
    this.views.mark(view);
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    this.stage.setTheme(theme, this.colours);
  }

  /** Say something in place of the signer, with what can be done about it; null for nothing. */
  say(text: string | null, ...controls: HTMLElement[]): void {
    const key = `${text}`;
    if (this.message.dataset.text === key) return;
    this.message.dataset.text = key;
    this.message.hidden = text === null;
    const lines = (text ?? "").split("\n").map((line) => element("p", {}, line));
    this.message.replaceChildren(...lines, ...controls);
  }

  /** Put the floor below the feet of somebody who stands, and below a chair otherwise. */
  private placeFloor(frame: LiftedFrame): void {
    const { figure } = this;
    if (!figure) return;
    const ankles = [figure.motion.find("LAnkle"), figure.motion.find("RAnkle")];
    const stands = ankles.every((joint) => joint >= 0 && frame.x[joint] !== null);
    const now = frame.id / 1000;
    if (stands === this.stands) this.legsSince = now;
    if (now - this.legsSince < LEG_SECONDS) return;
    this.stands = stands;
    const { Vector3 } = window.signlift.scene;
    const bottom = stands ? GROUND : BOTTOM;
    this.stage.setSpace(
      { min: new Vector3(-WIDTH, bottom, -REACH), max: new Vector3(WIDTH, TOP, REACH) },
      stands ? GROUND : SEAT,
    );
    this.stage.show("start");
    this.views.mark(null);
  }
}
