// The image of the camera with the keypoints that were found in it.
import type { Motion } from "../data/motion";
import { element, fitCanvas } from "../dom";
import type { Palette } from "../palette";
import { drawKeypoints } from "../panels/keypoints";

const NOBODY: ReadonlySet<string> = new Set();

/** The longest side of a kept image, in pixels. */
const LONGEST = 720;

/** An image that the detector looks at, to be shown with what was found in it. */
interface Shot {
  time: number;
  image: HTMLCanvasElement;
}

export class CameraPanel {
  readonly root: HTMLElement;
  readonly cameras = element("select", {
    "aria-label": "Camera",
    class: "sl-camera",
    hidden: true,
  });
  onChoose: (device: string) => void = () => {};
  private readonly canvas = element("canvas", { "aria-hidden": "true" });
  private readonly frame: HTMLElement;
  private shots: Shot[] = [];
  private showsImage = true;

  constructor(private readonly video: HTMLVideoElement) {
    this.frame = element(
      "div",
      { class: "sl-input-frame", role: "img", "aria-label": "Camera with keypoints" },
      video,
      this.canvas,
    );
    this.frame.style.aspectRatio = "16 / 9";
    video.addEventListener("resize", () => this.fit());
    this.cameras.addEventListener("change", () => this.onChoose(this.cameras.value));
    this.root = element(
      "section",
      { class: "sl-inputs", "aria-label": "Camera" },
      this.frame,
      this.cameras,
    );
  }

  setMirror(mirror: boolean): void {
    this.frame.classList.toggle("sl-mirror", mirror);
  }

  setImage(visible: boolean): void {
    this.showsImage = visible;
    this.frame.classList.toggle("sl-plain", !visible);
    this.update();
  }

  setDevices(devices: MediaDeviceInfo[], current: string | undefined): void {
    this.cameras.replaceChildren(
      ...devices.map(({ deviceId, label }, number) =>
        element(
          "option",
          { value: deviceId, selected: deviceId === current },
          label || `Camera ${number + 1}`,
        ),
      ),
    );
    this.cameras.hidden = devices.length < 2;
  }

  /** Keep the image at a time, which the detector looks at now. */
  keep(time: number): void {
    const { videoWidth: width, videoHeight: height } = this.video;
    const image = this.shots.length > 1 ? this.shots[0].image : document.createElement("canvas");
    const scale = Math.min(LONGEST / Math.max(width, height), 1);
    image.width = Math.round(scale * width);
    image.height = Math.round(scale * height);
    image.getContext("2d")?.drawImage(this.video, 0, 0, image.width, image.height);
    this.shots = [...this.shots.slice(-1), { time, image }];
  }

  /** Show the video as it comes, until images are kept again. */
  clear(): void {
    this.shots = [];
    this.draw(null, null, Number.NaN);
  }

  /** Draw the image of a time, or the newest one, and the keypoints that were found in it. */
  draw(motion: Motion | null, colours: Palette | null, time: number): void {
    this.update();
    const { videoWidth: width, videoHeight: height } = this.video;
    const [context, shownWidth, shownHeight] = fitCanvas(this.canvas);
    if (!width || !height) return;
    // The image is as large as fits into the panel, in its middle.
    const scale = Math.min(shownWidth / width, shownHeight / height);
    const [left, top] = [(shownWidth - scale * width) / 2, (shownHeight - scale * height) / 2];
    const shot = this.shots.find((each) => each.time === time) ?? this.shots.at(-1);
    if (shot && this.showsImage)
      context.drawImage(shot.image, left, top, scale * width, scale * height);
    if (!motion || !colours) return;
    drawKeypoints(context, motion, 0, {
      x: (value) => left + value * scale,
      y: (value) => top + value * scale,
      unit: Math.min(Math.max((scale * width) / 260, 0.8), 1.5),
      colours,
      set: 0,
      chosen: NOBODY,
      overImage: this.showsImage,
    });
  }

  /** Hide the video where kept images are shown in its place, or no images at all. */
  private update(): void {
    this.frame.classList.toggle("sl-no-image", !this.showsImage || this.shots.length > 0);
  }

  private fit(): void {
    const { videoWidth: width, videoHeight: height } = this.video;
    if (width && height) this.frame.style.aspectRatio = `${width} / ${height}`;
  }
}
