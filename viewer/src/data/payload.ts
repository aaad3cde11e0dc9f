// The payload as signlift/viewer/packed_recording.py writes it.

export interface PackedPoints {
  /** Differences in time of [3, joints, frames], low bytes before high bytes. */
  data: string;
  step: number;
  middle: [number, number, number];
}

export interface PackedUncertainty {
  data: string;
  /** The values of the numbers 1 and 255; 0 is missing. */
  low: number;
  high: number;
}

export interface PackedMotion {
  name: string;
  frames: number;
  skeleton: string;
  keypoints: string[];
  bones: [number, number][];
  points: PackedPoints;
  uncertainty: PackedUncertainty | null;
  /** Bits of [joints, frames]; null where all that is observed was detected. */
  detected: { data: string } | null;
}

export interface PackedRecording extends PackedMotion {
  fps: number;
  fpsAssumed: boolean;
  times: { data: string } | null;
  size: [number, number] | null;
  unit: string;
  /** Centimetres in one unit. */
  centimetres: number;
  sizeAssumed: boolean;
  notes: string[];
  truth: PackedMotion | null;
  video: string | null;
}

export type Layout = "side-by-side" | "overlay" | "image";

export interface Payload {
  format: "signlift-viewer";
  version: number;
  title: string;
  layout: Layout;
  recordings: PackedRecording[];
}
