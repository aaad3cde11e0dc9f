// A person: tapered bones, joints, face, uncertainty and trails of one motion.
import {
  BackSide,
  BufferAttribute,
  BufferGeometry,
  Color,
  DynamicDrawUsage,
  Group,
  InstancedMesh,
  LatheGeometry,
  LineBasicMaterial,
  LineSegments,
  type Material,
  Matrix4,
  MeshBasicMaterial,
  MeshStandardMaterial,
  Quaternion,
  type ShaderMaterial,
  SphereGeometry,
  SRGBColorSpace,
  Vector2,
  Vector3,
} from "three";
import { HEAD_CENTRE, type Side } from "../data/body";
import type { Motion, Origin } from "../data/motion";
import { type Palette, sequential } from "../palette";
import { glass } from "./glass";
import { Head } from "./head";

export type ColourMode = "side" | "uncertainty" | "error";

export interface PersonStyle {
  colours: Palette;
  /** The number of the set of side colours. */
  set: number;
  /** True depth has a neutral colour, and is thin where it stands in the prediction. */
  isTruth: boolean;
  isThin: boolean;
  mode: ColourMode;
  /** The value in cm at the end of the scale of `mode`. */
  scale: number;
  completed: boolean;
  uncertainty: boolean;
  trails: boolean;
  chosen: ReadonlySet<string>;
  /** The motion that errors are differences to. */
  reference: Motion | null;
}

/** Seconds of the trails of the wrists, and the number of their pieces. */
const TRAIL_SECONDS = 1;
const TRAIL_PIECES = 36;

const UP = new Vector3(0, 1, 0);

// Thickest near its inner end, like a limb; along y from 0 to 1.
const BONE = new LatheGeometry(
  [
    [0.6, 0],
    [0.86, 0.07],
    [1, 0.2],
    [0.95, 0.42],
    [0.78, 0.75],
    [0.62, 0.93],
    [0.52, 1],
  ].map(([r, y]) => new Vector2(r, y)),
  18,
);
const BALL = new SphereGeometry(1, 20, 14);
// An ellipsoid along z, the view axis.
const TRAIL = new LatheGeometry(
  [
    [1, 0],
    [1, 1],
  ].map(([r, y]) => new Vector2(r, y)),
  8,
);

export class Person {
  readonly group = new Group();
  /** The positions of all joints in the scene, in cm, before the group is moved. */
  readonly positions: Float32Array;
  private readonly earlier: Float32Array;
  private readonly solid = new MeshStandardMaterial({ roughness: 0.62, metalness: 0 });
  private readonly bones: InstancedMesh;
  private readonly balls: InstancedMesh;
  private readonly halos: InstancedMesh<SphereGeometry, MeshBasicMaterial>;
  private readonly spreads: InstancedMesh<SphereGeometry, ShaderMaterial>;
  private readonly trail: InstancedMesh<LatheGeometry, MeshBasicMaterial>;
  private readonly face: LineSegments<BufferGeometry, LineBasicMaterial>;
  readonly head: Head;
  private readonly boneNumbers: number[];
  private readonly faceNumbers: number[];
  private readonly wrists: number[];
  private readonly matrix = new Matrix4();
  private readonly turn = new Quaternion();
  private readonly from = new Vector3();
  private readonly to = new Vector3();
  private readonly size = new Vector3();
  private readonly colour = new Color();
  private readonly background = new Color();

  constructor(
    readonly motion: Motion,
    origin: Origin,
  ) {
    const { joints, bones } = motion;
    this.positions = new Float32Array(joints.length * 3);
    this.earlier = new Float32Array(joints.length * 3);
    const numbers = bones.map((_, number) => number);
    this.boneNumbers = numbers.filter((number) => bones[number].part !== "face");
    this.faceNumbers = numbers.filter((number) => bones[number].part === "face");
    this.wrists = [motion.find("LWrist", "LHand"), motion.find("RWrist", "RHand")].filter(
      (number) => number >= 0,
    );
    this.bones = instances(BONE, this.solid, this.boneNumbers.length);
    this.balls = instances(BALL, this.solid, joints.length);
    for (const mesh of [this.bones, this.balls]) mesh.castShadow = true;
    this.halos = instances(BALL, new MeshBasicMaterial({ side: BackSide }), joints.length);
    this.spreads = instances(BALL, glass(0.16, 0.75), joints.length);
    this.trail = instances(TRAIL, new MeshBasicMaterial(), this.wrists.length * TRAIL_PIECES);
    const lines = new BufferGeometry();
    const size = this.faceNumbers.length * 6;
    lines.setAttribute(
      "position",
      new BufferAttribute(new Float32Array(size), 3).setUsage(DynamicDrawUsage),
    );
    lines.setAttribute(
      "color",
      new BufferAttribute(new Float32Array(size), 3).setUsage(DynamicDrawUsage),
    );
    this.face = new LineSegments(lines, new LineBasicMaterial({ vertexColors: true }));
    this.face.frustumCulled = false;
    this.head = new Head(motion, origin);
    this.group.add(
      this.bones,
      this.balls,
      this.halos,
      this.spreads,
      this.trail,
      this.face,
      this.head.mesh,
    );
  }

  update(frame: number, times: Float64Array, origin: Origin, style: PersonStyle): void {
    this.background.set(style.colours.background);
    this.motion.positions(frame, origin, this.positions);
    this.updateJoints(frame, style);
    this.updateBones(frame, style);
    this.updateFace(frame, style);
    this.updateTrails(frame, times, origin, style);
    this.head.update(this.positions, !style.isThin);
    this.head.mesh.material.uniforms.colour.value.set(style.colours.sides[style.set].middle);
  }

  /** Whether anything of the person is shown. */
  get isPlaced(): boolean {
    return this.balls.count > 0;
  }

  /** Write the position of a joint; false where it is unknown. */
  place(joint: number, target: Vector3): boolean {
    target.fromArray(this.positions, 3 * joint);
    return !Number.isNaN(target.x + target.y + target.z);
  }

  private updateJoints(frame: number, style: PersonStyle): void {
    const { joints } = this.motion;
    const thin = style.isThin ? 0.62 : 1;
    let [balls, halos, spreads] = [0, 0, 0];
    this.turn.identity();
    for (let number = 0; number < joints.length; number++) {
      const joint = joints[number];
      if (joint.absent || !this.place(number, this.from)) continue;
      const detected = this.motion.detected(number, frame);
      if (!detected && !style.completed) continue;
      const radius = joint.radius * thin * (detected ? 1 : 0.85);
      this.pick(joint.side, number, frame, detected, style);
      if (!joint.derived || joint.name !== HEAD_CENTRE) {
        this.matrix.compose(this.from, this.turn, this.size.setScalar(radius));
        this.balls.setMatrixAt(balls, this.matrix);
        this.balls.setColorAt(balls++, this.colour);
      }
      const spread = this.motion.uncertainty(number, frame);
      if (
        style.uncertainty &&
        !style.isTruth &&
        spread > 0 &&
        (joint.part === "body" || style.chosen.has(joint.name))
      ) {
        this.matrix.compose(
          this.from,
          this.turn,
          this.size.set(radius * 1.25, radius * 1.25, spread + 0.01),
        );
        this.spreads.setMatrixAt(spreads, this.matrix);
        this.colour.set(style.colours.sides[style.set][joint.side]);
        this.spreads.setColorAt(spreads++, this.colour);
      }
      if (style.chosen.has(joint.name) && !style.isTruth) {
        this.matrix.compose(this.from, this.turn, this.size.setScalar(radius * 1.25 + 0.5));
        this.halos.setMatrixAt(halos++, this.matrix);
      }
    }
    this.halos.material.color.set(style.colours.accent);
    finish(this.balls, balls);
    finish(this.halos, halos);
    finish(this.spreads, spreads);
  }

  private updateBones(frame: number, style: PersonStyle): void {
    const thin = style.isThin ? 0.5 : 1;
    let count = 0;
    for (const number of this.boneNumbers) {
      const { start, end, side, radius, drawn } = this.motion.bones[number];
      if (!this.place(start, this.from) || !this.place(end, this.to)) continue;
      const detected = this.motion.detected(start, frame) && this.motion.detected(end, frame);
      if (!detected && !style.completed) continue;
      const length = this.to.sub(this.from).multiplyScalar(drawn).length();
      if (length < 1e-3) continue;
      this.turn.setFromUnitVectors(UP, this.to.divideScalar(length));
      const width = Math.min(radius * thin * (detected ? 1 : 0.85), length * 0.3);
      this.matrix.compose(this.from, this.turn, this.size.set(width, length, width));
      this.bones.setMatrixAt(count, this.matrix);
      this.pick(side, end, frame, detected, style);
      this.bones.setColorAt(count++, this.colour);
    }
    finish(this.bones, count);
  }

  private updateFace(frame: number, style: PersonStyle): void {
    const place = this.face.geometry.getAttribute("position") as BufferAttribute;
    const colour = this.face.geometry.getAttribute("color") as BufferAttribute;
    let count = 0;
    for (const number of this.faceNumbers) {
      const { start, end, side } = this.motion.bones[number];
      if (!this.place(start, this.from) || !this.place(end, this.to)) continue;
      const detected = this.motion.detected(end, frame);
      if (!detected && !style.completed) continue;
      this.pick(side, end, frame, detected, style);
      place.setXYZ(count, this.from.x, this.from.y, this.from.z);
      place.setXYZ(count + 1, this.to.x, this.to.y, this.to.z);
      for (let i = 0; i < 2; i++)
        colour.setXYZ(count++, this.colour.r, this.colour.g, this.colour.b);
    }
    this.face.geometry.setDrawRange(0, count);
    place.needsUpdate = true;
    colour.needsUpdate = true;
  }

  private updateTrails(
    frame: number,
    times: Float64Array,
    origin: Origin,
    style: PersonStyle,
  ): void {
    let count = 0;
    if (style.trails && !style.isTruth) {
      let first = frame;
      while (first > 0 && times[frame] - times[first - 1] <= TRAIL_SECONDS) first--;
      const stride = Math.max(1, Math.ceil((frame - first) / TRAIL_PIECES));
      const previous = this.wrists.map(() => new Vector3(Number.NaN));
      for (
        let at = frame - Math.floor((frame - first) / stride) * stride;
        at <= frame;
        at += stride
      ) {
        const positions = this.motion.positions(at, origin, this.earlier);
        const age = 1 - (times[frame] - times[at]) / TRAIL_SECONDS;
        this.wrists.forEach((wrist, which) => {
          this.from.copy(previous[which]);
          previous[which].fromArray(positions, 3 * wrist);
          this.to.copy(previous[which]).sub(this.from);
          const length = this.to.length();
          if (!(length > 1e-3) || count >= this.trail.instanceMatrix.count) return;
          if (!style.completed && !this.motion.detected(wrist, at)) return;
          this.turn.setFromUnitVectors(UP, this.to.divideScalar(length));
          const width = 0.15 + 0.55 * age;
          this.matrix.compose(this.from, this.turn, this.size.set(width, length, width));
          this.trail.setMatrixAt(count, this.matrix);
          this.colour.set(style.colours.sides[style.set][this.motion.joints[wrist].side]);
          this.colour.lerp(this.background, 0.15 + 0.75 * (1 - age));
          this.trail.setColorAt(count++, this.colour);
        });
      }
    }
    finish(this.trail, count);
  }

  /** Choose the colour of a joint or of the bone that ends at it. */
  private pick(
    side: Side,
    joint: number,
    frame: number,
    detected: boolean,
    style: PersonStyle,
  ): void {
    const { colours } = style;
    if (style.isTruth) {
      this.colour.set(colours.truth);
    } else if (style.mode === "side") {
      this.colour.set(colours.sides[style.set][side]);
    } else {
      const value =
        style.mode === "error"
          ? this.error(joint, frame, style.reference)
          : this.motion.uncertainty(joint, frame);
      if (Number.isNaN(value)) this.colour.set(colours.grid);
      else
        this.colour.setRGB(...sequential(colours.sequential, value / style.scale), SRGBColorSpace);
    }
    if (!detected) this.colour.lerp(this.background, 0.66);
  }

  private error(joint: number, frame: number, reference: Motion | null): number {
    if (!reference) return Number.NaN;
    return Math.abs(this.motion.depth(joint, frame) - reference.depth(joint, frame));
  }

  dispose(): void {
    for (const mesh of [this.bones, this.balls, this.halos, this.spreads, this.trail])
      mesh.dispose();
    this.face.geometry.dispose();
  }
}

function instances<G extends BufferGeometry, M extends Material>(
  geometry: G,
  material: M,
  count: number,
): InstancedMesh<G, M> {
  const mesh = new InstancedMesh(geometry, material, Math.max(count, 1));
  mesh.setColorAt(0, new Color());
  mesh.instanceMatrix.setUsage(DynamicDrawUsage);
  mesh.frustumCulled = false;
  mesh.count = 0;
  return mesh;
}

function finish(mesh: InstancedMesh, count: number): void {
  mesh.count = count;
  mesh.instanceMatrix.needsUpdate = true;
  if (mesh.instanceColor) mesh.instanceColor.needsUpdate = true;
}
