// The signer in the scene: the newest lifted frame, in centimetres.
import { Motion, type Origin } from "../data/motion";
import type { Palette } from "../palette";
import type { Person } from "../scene/person";
import type { Stage } from "../scene/stage";
import type { Hello, LiftedFrame } from "./messages";

/** The torso of a person whose size is not known, in cm, as in recordings. */
const TORSO = 50;

/** The width of shoulders and hips as a fraction of the torso, until they are estimated. */
const [SHOULDERS, HIPS] = [0.72, 0.4];

/** Seconds in which the scene follows a person who moves in the image. */
const FOLLOWING = 1.2;

export interface SignerStyle {
  colours: Palette;
  uncertainty: boolean;
}

export class Figure {
  readonly motion: Motion;
  private readonly person: Person;
  private readonly x: Float32Array;
  private readonly y: Float32Array;
  private readonly z: Float32Array;
  private readonly uncertainty: Float32Array;
  private readonly mask: Uint8Array;
  private readonly times = new Float64Array(1);
  private origin: Origin | null = null;
  private last = Number.NaN;
  private measured = Number.NaN;

  constructor(
    { skeleton, keypoints, bones }: Hello,
    private readonly stage: Stage,
  ) {
    const J = keypoints.length;
    this.x = new Float32Array(J);
    this.y = new Float32Array(J);
    this.z = new Float32Array(J);
    this.uncertainty = new Float32Array(J);
    this.mask = new Uint8Array((J + 7) >> 3);
    const { x, y, z, uncertainty, mask } = this;
    this.motion = Motion.live(skeleton, keypoints, bones, { x, y, z, uncertainty, mask });
    // Of the face, the contours are drawn, and no balls: there are hundreds.
    for (const joint of this.motion.joints) joint.absent = joint.part === "face";
    this.person = new window.signlift.scene.Person(this.motion, { x: 0, y: 0 });
    this.person.group.visible = false;
    stage.scene.add(this.person.group);
  }

  /** Take a frame over; false if nobody is in it. */
  take(frame: LiftedFrame): boolean {
    const J = this.x.length;
    let known = 0;
    this.mask.fill(0);
    for (let joint = 0; joint < J; joint++) {
      const x = frame.x[joint];
      this.x[joint] = x ?? Number.NaN;
      this.y[joint] = frame.y[joint] ?? Number.NaN;
      this.z[joint] = frame.z[joint] ?? Number.NaN;
      this.uncertainty[joint] = frame.uncertainty?.[joint] ?? Number.NaN;
      if (x === null) continue;
      this.mask[joint >> 3] |= 1 << (joint & 7);
      known++;
    }
    this.person.group.visible = known > 0;
    if (!known) return false;
    const torso = this.measureTorso(frame.proportions);
    if (torso > 0) {
      this.completeHips(torso, frame.proportions?.hips ?? HIPS * torso);
      this.motion.centimetres = TORSO / torso;
    }
    this.follow(frame.id / 1000);
    return true;
  }

  draw({ colours, uncertainty }: SignerStyle): void {
    if (!this.origin) return;
    this.person.update(0, this.times, this.origin, {
      colours,
      uncertainty,
      set: 0,
      isTruth: false,
      isThin: false,
      mode: "side",
      scale: 1,
      completed: true,
      trails: false,
      chosen: new Set(),
      reference: null,
    });
  }

  dispose(): void {
    this.stage.scene.remove(this.person.group);
    this.person.dispose();
  }

  /** The positions of the keypoints in the scene, for tests. */
  get positions(): Float32Array {
    return this.person.positions;
  }

  /** Return the torso in pixels: as estimated, or by the shoulders. */
  private measureTorso(proportions: Record<string, number> | null): number {
    if (proportions?.torso) return proportions.torso;
    const [left, right] = this.shoulders();
    const width = Math.hypot(
      this.x[left] - this.x[right],
      this.y[left] - this.y[right],
      this.z[left] - this.z[right] || 0,
    );
    return width / SHOULDERS;
  }

  private shoulders(): [number, number] {
    return [this.motion.find("LShoulder"), this.motion.find("RShoulder")];
  }

  /** Place hips that were not detected below the shoulders; they are pale, as they are a guess. */
  private completeHips(torso: number, width: number): void {
    const [left, right] = this.shoulders();
    const hips = [this.motion.find("LHip"), this.motion.find("RHip")];
    if (hips.some((hip) => hip < 0)) return;
    const [nx, ny] = [(this.x[left] + this.x[right]) / 2, (this.y[left] + this.y[right]) / 2];
    const depth = (this.z[left] + this.z[right]) / 2;
    if (Number.isNaN(nx + ny + depth)) return;
    if (hips.every((hip) => !Number.isNaN(this.x[hip]))) return;
    const down = Math.sqrt(Math.max(torso ** 2 - depth ** 2, (0.6 * torso) ** 2));
    const direction = this.x[left] >= this.x[right] ? 1 : -1;
    hips.forEach((hip, number) => {
      this.x[hip] = nx + (number === 0 ? 1 : -1) * direction * (width / 2);
      this.y[hip] = ny + down;
      if (Number.isNaN(this.z[hip])) this.z[hip] = 0;
      this.mask[hip >> 3] &= ~(1 << (hip & 7));
    });
  }

  /** Let the origin of the scene follow the hips, so that somebody who walks stays in the view. */
  private follow(seconds: number): void {
    const { motion } = this;
    const [left, right] = [motion.find("LHip"), motion.find("RHip")];
    const x = (this.x[left] + this.x[right]) / 2;
    const y = (this.y[left] + this.y[right]) / 2;
    if (!Number.isNaN(x + y)) {
      if (!this.origin) this.origin = { x, y };
      const share = 1 - Math.exp(-Math.max(seconds - this.last, 0) / FOLLOWING);
      if (share > 0) {
        this.origin.x += share * (x - this.origin.x);
        this.origin.y += share * (y - this.origin.y);
      }
    }
    this.last = seconds;
    // A head keeps its size: it is measured now and then, as the estimate of the person settles.
    if (this.origin && !(seconds - this.measured < 2)) {
      this.person.head.measure(motion, this.origin);
      this.measured = seconds;
    }
  }
}
