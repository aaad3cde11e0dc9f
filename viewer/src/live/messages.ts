// The messages of the server, as signlift/live/protocol.py and live/server/connection.py make them.

/** MediaPipe's landmarks as flat numbers, fractions of the image; null where a part is missing. */
export interface Landmarks {
  /** x, y, z and visibility of 33 points. */
  body: number[] | null;
  /** x, y and z of 468 points. */
  face: number[] | null;
  /** x, y and z of 21 points. */
  left_hand: number[] | null;
  right_hand: number[] | null;
}

export interface Hello {
  type: "hello";
  version: number;
  skeleton: string;
  keypoints: string[];
  bones: [number, number][];
  fps: number;
  size: [number, number];
  state: State;
}

/** What the buttons depend on. */
export interface State {
  type: "state";
  recording: boolean;
  recorded: number;
  /** The frames of the last recording; null before there is one. */
  stopped: number | null;
  given_proportions: boolean;
}

type Numbers = (number | null)[];

export interface LiftedFrame {
  type: "frame";
  /** When the camera's frame was shown, and detected, in ms of the page's clock. */
  id: number;
  x: Numbers;
  y: Numbers;
  z: Numbers;
  uncertainty: Numbers | null;
  proportions: Record<string, number> | null;
  settling: number;
  settled: boolean;
  latency_ms: number;
  recorded: number;
  dropped: number;
}

export interface Failure {
  type: "error";
  message: string;
}

export type Answer = Hello | State | LiftedFrame | Failure;
