// A head: a translucent ellipsoid, placed by ears or face and turned to where the face looks.
import { Matrix4, Mesh, type ShaderMaterial, SphereGeometry, Vector3 } from "three";
import { HEAD_FRONTS, HEAD_SIDES } from "../data/body";
import type { Motion, Origin } from "../data/motion";
import { glass } from "./glass";

const BALL = new SphereGeometry(1, 32, 24);

/** Half the width of a head in centimetres, where its keypoints say something else. */
const HALF_WIDTHS: [number, number] = [5.5, 9];

export class Head {
  readonly mesh: Mesh<SphereGeometry, ShaderMaterial>;
  private readonly left: number;
  private readonly right: number;
  private readonly front: number;
  private width = 0;
  private readonly basis = new Matrix4();

  constructor(motion: Motion, origin: Origin) {
    this.mesh = new Mesh(BALL, glass(0.07, 0.42));
    this.mesh.matrixAutoUpdate = false;
    const sides = HEAD_SIDES.find((pair) => pair.every((name) => motion.find(name) >= 0));
    [this.left, this.right] = sides ? sides.map((name) => motion.find(name)) : [-1, -1];
    this.front = HEAD_FRONTS.map((name) => motion.find(name)).find((number) => number >= 0) ?? -1;
    this.measure(motion, origin);
  }

  /** Measure the head: once, or again when a live motion has another frame. */
  measure(motion: Motion, origin: Origin): void {
    if (this.left >= 0) this.width = measureWidth(motion, origin, this.left, this.right);
  }

  update(positions: Float32Array, visible: boolean): void {
    const at = (joint: number) => new Vector3().fromArray(positions, 3 * joint);
    this.mesh.visible = false;
    if (!visible || this.left < 0 || this.front < 0) return;
    const [left, right, front] = [at(this.left), at(this.right), at(this.front)];
    const centre = left.clone().add(right).multiplyScalar(0.5);
    const lateral = left.sub(right).normalize();
    const forward = front.sub(centre);
    forward.addScaledVector(lateral, -forward.dot(lateral)).normalize();
    const up = forward.clone().cross(lateral);
    if (!(up.lengthSq() > 0.5)) return;
    const w = this.width;
    // The ears are below the middle of the head, and the nose is a little lower than they are.
    up.addScaledVector(forward, 0.12).normalize();
    forward.copy(lateral).cross(up);
    centre.addScaledVector(up, 0.1 * w).addScaledVector(forward, 0.1 * w);
    this.basis.makeBasis(
      lateral.multiplyScalar(1.04 * w),
      up.multiplyScalar(1.55 * w),
      forward.multiplyScalar(1.24 * w),
    );
    this.mesh.matrix.copy(this.basis.setPosition(centre));
    this.mesh.visible = true;
  }
}

/** Measure half the width of a head: it stays the same however the head turns. */
function measureWidth(motion: Motion, origin: Origin, left: number, right: number): number {
  const positions = new Float32Array(3 * motion.joints.length);
  const widths: number[] = [];
  const stride = Math.max(1, Math.floor(motion.frames / 60));
  for (let frame = 0; frame < motion.frames; frame += stride) {
    motion.positions(frame, origin, positions);
    const distance = Math.hypot(
      ...[0, 1, 2].map((axis) => positions[3 * left + axis] - positions[3 * right + axis]),
    );
    if (!Number.isNaN(distance)) widths.push(distance / 2);
  }
  widths.sort((a, b) => a - b);
  const [low, high] = HALF_WIDTHS;
  return Math.min(Math.max(widths[widths.length >> 1] ?? 7, low), high);
}
