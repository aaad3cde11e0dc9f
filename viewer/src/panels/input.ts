// The input: 2D keypoints of a recording, over its video where there is one.
import { type Clock, frameAt } from "../clock";
import { isLeg } from "../data/body";
import type { Subject } from "../data/motion";
import { element, fitCanvas } from "../dom";
import type { Palette } from "../palette";
import { drawKeypoints } from "./keypoints";

interface ImageBox {
  x: number;
  y: number;
  width: number;
  height: number;
}

export class InputPanel {
  readonly root: HTMLElement;
  readonly canvas = element("canvas", { class: "sl-input-canvas", "aria-hidden": "true" });
  onChoose: (name: string) => void = () => {};
  private readonly video: HTMLVideoElement | null;
  private box: ImageBox;
  private colours: Palette | null = null;
  private chosen: ReadonlySet<string> = new Set();
  private frame = 0;

  constructor(
    private readonly subject: Subject,
    private readonly set: number,
  ) {
    const { packed } = subject;
    this.box =
      packed.video && packed.size
        ? { x: 0, y: 0, width: packed.size[0], height: packed.size[1] }
        : personBox(subject);
    this.video = packed.video
      ? element("video", {
          muted: true,
          playsinline: true,
          preload: "auto",
          src: packed.video,
          "aria-hidden": "true",
        })
      : null;
    const label = `2D input of ${packed.name}`;
    const frame = element(
      "div",
      { class: "sl-input-frame", role: "img", "aria-label": label },
      this.video,
      this.canvas,
    );
    frame.style.aspectRatio = `${this.box.width} / ${this.box.height}`;
    const note = element("p", { class: "sl-note", hidden: true });
    this.root = element("div", { class: "sl-input" }, frame, note);
    if (this.video) {
      this.video.muted = true;
      this.video.addEventListener("loadedmetadata", () => {
        const { videoWidth: width, videoHeight: height } = this.video as HTMLVideoElement;
        if (packed.size || !width) return;
        this.box = { x: 0, y: 0, width, height };
        frame.style.aspectRatio = `${width} / ${height}`;
        this.draw();
      });
      this.video.addEventListener("error", () => {
        note.hidden = false;
        note.textContent = `Video not found: ${packed.video?.startsWith("data:") ? "it cannot be decoded" : decodeURI(packed.video ?? "")}`;
        this.video?.remove();
      });
    }
    this.canvas.addEventListener("click", (event) => this.choose(event));
    new ResizeObserver(() => this.draw()).observe(frame);
  }

  update(clock: Clock, frame: number, colours: Palette, chosen: ReadonlySet<string>): void {
    this.frame = frame;
    this.colours = colours;
    this.chosen = chosen;
    this.follow(clock);
    this.draw();
  }

  pause(): void {
    this.video?.pause();
  }

  /** Let the video follow the clock: it plays by itself, and is corrected when it drifts. */
  private follow(clock: Clock): void {
    const { video } = this;
    if (!video || video.readyState === 0) return;
    if (clock.playing) {
      video.playbackRate = Math.min(Math.max(clock.speed, 0.1), 8);
      if (video.paused) video.play().catch(() => {});
      if (Math.abs(video.currentTime - clock.time) > 0.12 && !video.seeking)
        video.currentTime = clock.time;
    } else {
      video.pause();
      const middle = this.subject.times[this.frame] + clock.step / 2;
      if (Math.abs(video.currentTime - middle) > 0.004) video.currentTime = middle;
    }
  }

  private draw(): void {
    const { colours } = this;
    if (!colours || !this.canvas.isConnected) return;
    const [context, width, height] = fitCanvas(this.canvas);
    const scale = Math.min(width / this.box.width, height / this.box.height);
    drawKeypoints(context, this.subject.motion, this.frame, {
      x: (value) => (value - this.box.x) * scale,
      y: (value) => (value - this.box.y) * scale,
      unit: Math.min(Math.max(Math.min(width, height) / 260, 0.8), 1.5),
      colours,
      set: this.set,
      chosen: this.chosen,
      overImage: this.video !== null,
    });
  }

  private choose(event: MouseEvent): void {
    const bounds = this.canvas.getBoundingClientRect();
    const scale = Math.min(bounds.width / this.box.width, bounds.height / this.box.height);
    const { motion } = this.subject;
    let [nearest, distance] = ["", 16];
    motion.joints.forEach((joint, number) => {
      if (joint.derived || joint.absent) return;
      const dx =
        (motion.imageX(number, this.frame) - this.box.x) * scale - (event.clientX - bounds.left);
      const dy =
        (motion.imageY(number, this.frame) - this.box.y) * scale - (event.clientY - bounds.top);
      const away = Math.hypot(dx, dy);
      if (away < distance) [nearest, distance] = [joint.name, away];
    });
    if (nearest) this.onChoose(nearest);
  }
}

export function frameOf(subject: Subject, clock: Clock): number {
  return frameAt(subject.times, clock.time);
}

/** Return the part of the image with the person: legs count only where they were detected. */
function personBox({ motion, packed }: Subject): ImageBox {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  const stride = Math.max(1, Math.floor(motion.frames / 300));
  for (let frame = 0; frame < motion.frames; frame += stride) {
    motion.joints.forEach((joint, number) => {
      const [x, y] = [motion.imageX(number, frame), motion.imageY(number, frame)];
      if (Number.isNaN(x + y) || (isLeg(joint.name) && !motion.detected(number, frame))) return;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    });
  }
  if (!(right > left) || !(bottom > top)) return { x: 0, y: 0, width: 1, height: 1 };
  const margin = 0.08 * Math.max(right - left, bottom - top);
  [left, top, right, bottom] = [left - margin, top - margin, right + margin, bottom + margin];
  if (packed.size) {
    [left, top] = [Math.max(left, 0), Math.max(top, 0)];
    [right, bottom] = [Math.min(right, packed.size[0]), Math.min(bottom, packed.size[1])];
  }
  // Neither very high nor very wide, so that the panel keeps its size.
  const height = Math.max(bottom - top, (right - left) * 0.6, 1);
  const width = Math.max(right - left, height * 0.8);
  return { x: (left + right - width) / 2, y: (top + bottom - height) / 2, width, height };
}
