// Save what is shown: an image, or the clip as a film.
import type { Clock } from "./clock";

const KINDS: [type: string, suffix: string][] = [
  ["video/webm;codecs=vp9", "webm"],
  ["video/webm;codecs=vp8", "webm"],
  ["video/webm", "webm"],
  ["video/mp4", "mp4"],
];

/** Draws the current view on a canvas. */
export type Paint = (target: HTMLCanvasElement) => void;

export function save(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export async function savePng(paint: Paint, name: string): Promise<void> {
  const canvas = document.createElement("canvas");
  paint(canvas);
  const content = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (content) save(content, `${name}.png`);
}

export function filmKind(): [type: string, suffix: string] | null {
  if (typeof MediaRecorder === "undefined") return null;
  return KINDS.find(([type]) => MediaRecorder.isTypeSupported(type)) ?? null;
}

/** Show the range once at its own speed and save it as a film. Returns a function that ends it. */
export function saveFilm(
  clock: Clock,
  paint: Paint,
  name: string,
  onEnd: () => void,
): (() => void) | null {
  const kind = filmKind();
  if (!kind) return null;
  const [type, suffix] = kind;
  const [start, end] = clock.range;
  const canvas = document.createElement("canvas");
  clock.pause();
  clock.seek(start);
  paint(canvas);
  const recorder = new MediaRecorder(canvas.captureStream(60), {
    mimeType: type,
    videoBitsPerSecond: 8_000_000,
  });
  const parts: Blob[] = [];
  let running = true;
  recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
  recorder.addEventListener("stop", () => {
    save(new Blob(parts, { type: type.split(";")[0] }), `${name}.${suffix}`);
    onEnd();
  });
  const stop = () => {
    if (!running) return;
    running = false;
    // The last image takes a moment to get into the film.
    setTimeout(() => recorder.stop(), 150);
  };
  let begin = 0;
  const follow = (now: number) => {
    if (!running) return;
    begin ||= now;
    const time = start + (now - begin) / 1000;
    clock.seek(Math.min(time, end));
    paint(canvas);
    if (time >= end + clock.step) stop();
    else requestAnimationFrame(follow);
  };
  recorder.addEventListener("start", () => requestAnimationFrame(follow));
  recorder.start();
  return stop;
}
