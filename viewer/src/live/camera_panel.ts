// The image of the camera with the keypoints that were found in it.
import type { Motion } from "../data/motion";
import { element, fitCanvas } from "../dom";
import type { Palette } from "../palette";
import { drawKeypoints } from "../panels/keypoints";

const NOBODY: ReadonlySet<string> = new Set();

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
    this.frame.classList.toggle("sl-no-image", !visible);
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

  draw(motion: Motion | null, colours: Palette): void {
    const { videoWidth: width, videoHeight: height } = this.video;
    const [context, shownWidth, shownHeight] = fitCanvas(this.canvas);
    if (!motion || !width || !height) return;
    // The image is as large as fits into the panel, in its middle.
    const scale = Math.min(shownWidth / width, shownHeight / height);
    const [left, top] = [(shownWidth - scale * width) / 2, (shownHeight - scale * height) / 2];
    drawKeypoints(context, motion, 0, {
      x: (value) => left + value * scale,
      y: (value) => top + value * scale,
      unit: Math.min(Math.max((scale * width) / 260, 0.8), 1.5),
      colours,
      set: 0,
      chosen: NOBODY,
      overImage: true,
    });
  }

  private fit(): void {
    const { videoWidth: width, videoHeight: height } = this.video;
    if (width && height) this.frame.style.aspectRatio = `${width} / ${height}`;
  }
}
