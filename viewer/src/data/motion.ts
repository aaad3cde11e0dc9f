// A motion: the positions of all joints over time, in centimetres and in axes for drawing.
import {
  boneRadius,
  type DrawnSkeleton,
  drawnSkeleton,
  HEAD_CENTRE,
  isLeg,
  jointRadius,
  type Part,
  partOf,
  type Side,
  sideOf,
} from "./body";
import { decodeMask, decodePoints, decodeTimes, decodeUncertainty } from "./decode";
import type { PackedMotion, PackedRecording } from "./payload";

/** The image coordinates that the origin of the scene stands for. */
export type Origin = { x: number; y: number };

export interface Joint {
  name: string;
  side: Side;
  part: Part;
  radius: number;
  /** Whether it is derived from others, and no keypoint of the recording. */
  derived: boolean;
  /** Whether it is never drawn, as legs that were never detected. */
  absent: boolean;
}

export interface Bone {
  start: number;
  end: number;
  side: Side;
  part: Part;
  radius: number;
  /** The fraction of the bone that is drawn: a neck ends below the head. */
  drawn: number;
}

/** The arrays of a live motion: x and y in the image, depth and its uncertainty; detected bits. */
export interface LiveArrays {
  x: Float32Array;
  y: Float32Array;
  z: Float32Array;
  uncertainty: Float32Array;
  mask: Uint8Array;
}

export class Motion {
  readonly joints: Joint[];
  readonly bones: Bone[];
  private readonly drawn: DrawnSkeleton;
  private readonly numbers: Map<string, number>;

  private constructor(
    readonly name: string,
    readonly skeleton: string,
    readonly frames: number,
    /** Centimetres in one unit of the recording. A live estimate of them changes. */
    public centimetres: number,
    names: string[],
    bones: [number, number][],
    private readonly x: Float32Array,
    private readonly y: Float32Array,
    private readonly z: Float32Array,
    private readonly uncertainties: Float32Array | null,
    private readonly mask: Uint8Array | null,
  ) {
    this.drawn = drawnSkeleton(names, bones);
    const all = [...names, ...this.drawn.derived.map(({ name }) => name)];
    this.joints = all.map((name, number) => ({
      name,
      side: sideOf(name),
      part: partOf(name),
      radius: jointRadius(name),
      derived: number >= names.length,
      absent: isLeg(name) && !this.isEverDetected(number),
    }));
    this.numbers = new Map(this.joints.map(({ name }, number) => [name, number]));
    const present = this.drawn.bones.filter(
      ([start, end]) => !this.joints[start].absent && !this.joints[end].absent,
    );
    this.bones = present.map(([start, end]) => {
      const [a, b] = [this.joints[start], this.joints[end]];
      const across = a.side !== b.side && a.side !== "middle" && b.side !== "middle";
      return {
        start,
        end,
        side: across ? "middle" : b.side,
        part: b.part,
        radius: boneRadius(b.name),
        drawn: b.name === HEAD_CENTRE ? 0.6 : 1,
      };
    });
  }

  static async decode(packed: PackedMotion, centimetres: number): Promise<Motion> {
    const joints = packed.keypoints.length;
    const { frames, uncertainty, detected } = packed;
    const [[x, y, z], uncertainties, mask] = await Promise.all([
      decodePoints(packed.points, joints, frames),
      uncertainty && decodeUncertainty(uncertainty, joints, frames),
      detected && decodeMask(detected),
    ]);
    const { name, skeleton, keypoints, bones } = packed;
    return new Motion(
      name,
      skeleton,
      frames,
      centimetres,
      keypoints,
      bones,
      x,
      y,
      z,
      uncertainties,
      mask,
    );
  }

  /** A motion of one frame, whose arrays [joints] are filled again for each frame of a camera. */
  static live(
    skeleton: string,
    names: string[],
    bones: [number, number][],
    { x, y, z, uncertainty, mask }: LiveArrays,
  ): Motion {
    // All keypoints count as detected while the motion is made, so that legs are drawn once they are.
    x.fill(0);
    mask.fill(0xff);
    return new Motion("live", skeleton, 1, 1, names, bones, x, y, z, uncertainty, mask);
  }

  private isEverDetected(joint: number): boolean {
    const at = joint * this.frames;
    for (let frame = 0; frame < this.frames; frame++) {
      if (this.isDetected(at + frame)) return true;
    }
    return false;
  }

  private isDetected(at: number): boolean {
    if (this.mask) return ((this.mask[at >> 3] >> (at & 7)) & 1) === 1;
    return !Number.isNaN(this.x[at]);
  }

  /** Return the number of the first of some joints that is there; −1 for none. */
  find(...names: string[]): number {
    for (const name of names) {
      const number = this.numbers.get(name);
      if (number !== undefined) return number;
    }
    return -1;
  }

  private mean(values: Float32Array, joint: number, frame: number): number {
    const keypoints = this.joints.length - this.drawn.derived.length;
    if (joint < keypoints) return values[joint * this.frames + frame];
    const { of } = this.drawn.derived[joint - keypoints];
    let sum = 0;
    for (const number of of) sum += values[number * this.frames + frame];
    return sum / of.length;
  }

  /** x in the image, in the unit of the recording; NaN where missing. */
  imageX(joint: number, frame: number): number {
    return this.mean(this.x, joint, frame);
  }

  imageY(joint: number, frame: number): number {
    return this.mean(this.y, joint, frame);
  }

  /** Depth in cm, relative to the root, positive away from the camera; NaN where unknown. */
  depth(joint: number, frame: number): number {
    return this.mean(this.z, joint, frame) * this.centimetres;
  }

  /** Uncertainty of the depth in cm; NaN where unknown, and for derived points. */
  uncertainty(joint: number, frame: number): number {
    if (!this.uncertainties || this.joints[joint].derived) return Number.NaN;
    return this.uncertainties[joint * this.frames + frame] * this.centimetres;
  }

  get hasUncertainty(): boolean {
    return this.uncertainties !== null;
  }

  /** Whether a detector has found a keypoint; false for completed and missing ones. */
  detected(joint: number, frame: number): boolean {
    const keypoints = this.joints.length - this.drawn.derived.length;
    if (joint >= keypoints) {
      const { of } = this.drawn.derived[joint - keypoints];
      return of.every((number) => this.detected(number, frame));
    }
    return this.isDetected(joint * this.frames + frame);
  }

  get hasCompleted(): boolean {
    return this.mask !== null;
  }

  /**
   * Write the positions of all joints of a frame: x to the right of the image, y up, z towards the
   * camera, in cm; NaN where unknown.
   */
  positions(frame: number, origin: Origin, target: Float32Array): Float32Array {
    const { frames, centimetres } = this;
    const keypoints = this.joints.length - this.drawn.derived.length;
    for (let joint = 0; joint < keypoints; joint++) {
      const at = joint * frames + frame;
      target[3 * joint] = (this.x[at] - origin.x) * centimetres;
      target[3 * joint + 1] = (origin.y - this.y[at]) * centimetres;
      target[3 * joint + 2] = -this.z[at] * centimetres;
    }
    this.drawn.derived.forEach(({ of }, number) => {
      for (let axis = 0; axis < 3; axis++) {
        let sum = 0;
        for (const joint of of) sum += target[3 * joint + axis];
        target[3 * (keypoints + number) + axis] = sum / of.length;
      }
    });
    return target;
  }

  /** The median position in the image of the first of some joints that is there. */
  medianPoint(...names: string[]): Origin | null {
    for (const name of names) {
      const joint = this.find(name);
      if (joint < 0) continue;
      const [xs, ys]: [number[], number[]] = [[], []];
      const stride = Math.max(1, Math.floor(this.frames / 500));
      for (let frame = 0; frame < this.frames; frame += stride) {
        const [x, y] = [this.imageX(joint, frame), this.imageY(joint, frame)];
        if (!Number.isNaN(x + y)) {
          xs.push(x);
          ys.push(y);
        }
      }
      if (xs.length) return { x: median(xs), y: median(ys) };
    }
    return null;
  }
}

export interface Subject {
  packed: PackedRecording;
  motion: Motion;
  truth: Motion | null;
  times: Float64Array;
  origin: Origin;
}

/** Keypoints at the origin of the scene, the best first. */
const ORIGINS = ["MidHip", "Neck", "Nose", HEAD_CENTRE];

/** Decode all that a recording of the payload holds. */
async function decodeSubject(packed: PackedRecording): Promise<Subject> {
  const [motion, truth, times] = await Promise.all([
    Motion.decode(packed, packed.centimetres),
    packed.truth && Motion.decode(packed.truth, packed.centimetres),
    packed.times && decodeTimes(packed.times),
  ]);
  const even = () => Float64Array.from({ length: packed.frames }, (_, frame) => frame / packed.fps);
  const origin = motion.medianPoint(...ORIGINS) ?? { x: 0, y: 0 };
  return { packed, motion, truth, times: times ?? even(), origin };
}

/** Decode recordings, whose origins are one keypoint: the first that all of them have. */
export async function decodeSubjects(recordings: PackedRecording[]): Promise<Subject[]> {
  const subjects = await Promise.all(recordings.map(decodeSubject));
  for (const name of ORIGINS) {
    const origins = subjects.map(({ motion }) => motion.medianPoint(name));
    if (origins.every((origin) => origin !== null)) {
      return subjects.map((subject, number) => ({ ...subject, origin: origins[number] as Origin }));
    }
  }
  return subjects;
}

function median(values: number[]): number {
  values.sort((a, b) => a - b);
  return values[values.length >> 1];
}
