// The connection to the server: one frame under way at most, and the newest one next.
import type { Answer, Failure, Hello, Landmarks, LiftedFrame, State } from "./messages";

export type LinkStatus = "connecting" | "open" | "lost" | "renewed";

/** Milliseconds between attempts to connect: the first and the longest. */
const [SHORTEST, LONGEST] = [400, 4000];

export class Link {
  status: LinkStatus = "connecting";
  onStatus: (status: LinkStatus) => void = () => {};
  onHello: (hello: Hello) => void = () => {};
  onFrame: (frame: LiftedFrame, roundTrip: number) => void = () => {};
  onState: (state: State) => void = () => {};
  onFailure: (failure: Failure) => void = () => {};
  /** Frames that were replaced by a newer one before they were sent. */
  dropped = 0;
  /** The identifier of this page, to find its session again. */
  readonly page = crypto.randomUUID();
  private socket: WebSocket | null = null;
  private greeting: Record<string, unknown> | null = null;
  private greeted = false;
  private waiting: { landmarks: Landmarks; time: number } | null = null;
  private sent = Number.NaN;
  private awaited: () => void = () => {};
  private pause = SHORTEST;

  /** Say what the frames are; once more when the connection has been lost. */
  greet(fps: number, size: [number, number]): void {
    this.greeting = { type: "hello", version: 1, skeleton: "mediapipe543", fps, size };
    this.greeted = false;
    this.waiting = null;
    this.sent = Number.NaN;
    if (this.status === "open") this.write(this.greeting);
    else if (!this.socket) this.connect();
  }

  /** Send a frame, or let it replace one that waits. */
  send(landmarks: Landmarks, time: number): void {
    if (this.waiting) this.dropped++;
    this.waiting = { landmarks, time };
    this.flush();
  }

  /** Wait for the answer to the frame under way, or for some milliseconds. */
  answer(milliseconds: number): Promise<void> {
    if (Number.isNaN(this.sent)) return Promise.resolve();
    return new Promise((resolve) => {
      this.awaited = resolve;
      setTimeout(resolve, milliseconds);
    });
  }

  command(type: "record" | "stop" | "restart" | "forget_proportions"): void {
    this.write({ type });
  }

  /** Return the address of something of this page's session. */
  address(path: string, query: Record<string, string> = {}): string {
    return `${path}?${new URLSearchParams({ page: this.page, ...query })}`;
  }

  private connect(): void {
    const socket = new WebSocket(
      new URL(this.address("socket"), location.href.replace(/^http/, "ws")),
    );
    this.socket = socket;
    socket.addEventListener("open", () => {
      this.pause = SHORTEST;
      this.sent = Number.NaN;
      this.setStatus("open");
      if (this.greeting) this.write(this.greeting);
    });
    socket.addEventListener("message", ({ data }) => this.receive(JSON.parse(data)));
    socket.addEventListener("close", () => this.lose());
  }

  private lose(): void {
    this.socket = null;
    this.greeted = false;
    this.waiting = null;
    if (this.status !== "renewed") this.setStatus("lost");
    setTimeout(() => this.tryAgain(), this.pause);
    this.pause = Math.min(this.pause * 1.6, LONGEST);
  }

  /** Connect again, unless another server with another token has taken the place of the first. */
  private async tryAgain(): Promise<void> {
    try {
      const { status } = await fetch("formats");
      if (status === 403) this.setStatus("renewed");
      else if (status === 200) {
        this.connect();
        return;
      }
    } catch {
      // Nobody answers: later, perhaps.
    }
    setTimeout(() => this.tryAgain(), this.pause);
    this.pause = Math.min(this.pause * 1.6, LONGEST);
  }

  private receive(answer: Answer): void {
    if (answer.type === "hello") {
      this.greeted = true;
      this.onHello(answer);
      this.onState(answer.state);
    } else if (answer.type === "state") {
      this.onState(answer);
    } else {
      const roundTrip = performance.now() - this.sent;
      this.sent = Number.NaN;
      if (answer.type === "frame") this.onFrame(answer, roundTrip);
      else this.onFailure(answer);
      this.awaited();
    }
    this.flush();
  }

  private flush(): void {
    if (!this.waiting || !this.greeted || !Number.isNaN(this.sent)) return;
    const { landmarks, time } = this.waiting;
    this.waiting = null;
    this.sent = performance.now();
    this.write({ type: "frame", id: time, time: time / 1000, ...landmarks });
  }

  private write(message: Record<string, unknown>): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  private setStatus(status: LinkStatus): void {
    if (status === this.status) return;
    this.status = status;
    this.onStatus(status);
  }
}
