// The camera: opened, chosen, lost and found again.

/** Why there are no images, in words for a person who signs, and what to do about it. */
const REASONS: Record<string, string> = {
  NotAllowedError:
    "The camera was refused. Allow it for this page, by the symbol in the address bar of the browser.",
  NotFoundError: "No camera was found. Connect one.",
  NotReadableError: "The camera is in use by another program. Close that program.",
  OverconstrainedError: "The chosen camera is not there. Choose another one.",
  AbortError: "The camera could not be started.",
};

export class CameraError extends Error {}

export class Camera {
  readonly video = document.createElement("video");
  onLost: (reason: string) => void = () => {};
  /** Called when cameras were connected or removed. */
  onDevices: (devices: MediaDeviceInfo[]) => void = () => {};
  private stream: MediaStream | null = null;

  constructor() {
    this.video.muted = true;
    this.video.playsInline = true;
    this.video.setAttribute("aria-hidden", "true");
    navigator.mediaDevices?.addEventListener("devicechange", () => this.listDevices());
  }

  get isRunning(): boolean {
    return this.stream?.active === true;
  }

  get size(): [number, number] {
    return [this.video.videoWidth, this.video.videoHeight];
  }

  get device(): string | undefined {
    return this.stream?.getVideoTracks()[0]?.getSettings().deviceId;
  }

  /** Open a camera: the given one, or the one that the browser chooses. */
  async open(device?: string): Promise<void> {
    this.close();
    if (!navigator.mediaDevices?.getUserMedia)
      throw new CameraError("This browser has no cameras for pages.");
    const wanted: MediaTrackConstraints = {
      width: { ideal: 1280 },
      height: { ideal: 720 },
      frameRate: { ideal: 30 },
    };
    if (device) wanted.deviceId = { exact: device };
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
    } catch (error) {
      const { name, message } = error as DOMException;
      throw new CameraError(REASONS[name] ?? `The camera cannot be opened: ${message}`);
    }
    const [track] = this.stream.getVideoTracks();
    track.addEventListener("ended", () => {
      if (this.stream?.getVideoTracks()[0] !== track) return;
      this.close();
      this.onLost("The camera was lost. Connect it again.");
    });
    this.video.srcObject = this.stream;
    await this.video.play();
    await this.listDevices();
  }

  close(): void {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.video.srcObject = null;
  }

  /** Wait for the next image; false if none comes within some seconds. */
  nextImage(seconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      const stop = this.onImage(() => {
        clearTimeout(timer);
        resolve(true);
      });
      const timer = setTimeout(() => {
        stop();
        resolve(false);
      }, 1000 * seconds);
    });
  }

  /** Call something once there is another image; return what takes that back. */
  private onImage(action: () => void): () => void {
    const video: HTMLVideoElement = this.video;
    if (HTMLVideoElement.prototype.requestVideoFrameCallback !== undefined) {
      const handle = video.requestVideoFrameCallback(action);
      return () => video.cancelVideoFrameCallback(handle);
    }
    // Browsers without it tell the time of the image alone.
    const { currentTime } = video;
    let request = 0;
    const look = () => {
      if (video.currentTime !== currentTime) action();
      else request = requestAnimationFrame(look);
    };
    request = requestAnimationFrame(look);
    return () => cancelAnimationFrame(request);
  }

  private async listDevices(): Promise<void> {
    const devices = await navigator.mediaDevices.enumerateDevices();
    this.onDevices(devices.filter(({ kind }) => kind === "videoinput"));
  }
}
