// Where several people stand, and the space that they take.
import { Vector3 } from "three";
import { isLeg } from "../data/body";
import type { Motion, Origin, Subject } from "../data/motion";
import type { Box } from "./stage";

const GAP = 24;

/** More people than these stand in several rows. */
const MOST_IN_ROW = 5;
const SAMPLES = 160;

export interface Space {
  /** Around one person, relative to the root. */
  box: Box;
  floor: number;
}

/** Measure the space of a motion: where most of its points are, and its lowest point. */
export function measureSpace(motion: Motion, origin: Origin): Space {
  const positions = new Float32Array(3 * motion.joints.length);
  const axes: number[][] = [[], [], []];
  const all: number[][] = [[], [], []];
  const lowest = motion.joints.map((): number[] => []);
  const stride = Math.max(1, Math.floor(motion.frames / SAMPLES));
  for (let frame = 0; frame < motion.frames; frame += stride) {
    motion.positions(frame, origin, positions);
    motion.joints.forEach((joint, number) => {
      const place = [0, 1, 2].map((axis) => positions[3 * number + axis]);
      if (joint.absent || joint.part === "face") return;
      if (Number.isNaN(place[0] + place[1] + place[2])) return;
      const shown = !isLeg(joint.name) || motion.detected(number, frame);
      place.forEach((value, axis) => {
        all[axis].push(value);
        if (shown) axes[axis].push(value);
      });
      lowest[number].push(place[1]);
    });
  }
  const used = axes[0].length ? axes : all;
  if (!used[0].length) {
    return { box: { min: new Vector3(-40, -40, -30), max: new Vector3(40, 60, 30) }, floor: -90 };
  }
  const [min, max] = [new Vector3(), new Vector3()];
  used.forEach((values, axis) => {
    values.sort((a, b) => a - b);
    min.setComponent(axis, quantile(values, 0.005) - 4);
    max.setComponent(axis, quantile(values, 0.995) + 4);
  });
  max.y += 10; // the top of the head is above its keypoints
  const medians = lowest
    .filter((values) => values.length)
    .map((values) =>
      quantile(
        values.sort((a, b) => a - b),
        0.5,
      ),
    );
  return { box: { min, max }, floor: Math.min(...medians) - 4 };
}

/**
 * Return the offset of each place in a row across the view; many places take several rows.
 *
 * A row is along x, or along the depth for the side view, where what is far from the camera is on
 * the right.
 */
export function placeInRows(spaces: Space[], acrossDepth: boolean): Vector3[] {
  const axis = acrossDepth ? 2 : 0;
  const sign = acrossDepth ? -1 : 1;
  const rows = spaces.length > MOST_IN_ROW ? Math.round(Math.sqrt(spaces.length / 2)) : 1;
  const columns = Math.ceil(spaces.length / rows);
  const ends = spaces.map(({ box }) =>
    [box.min.getComponent(axis) * sign, box.max.getComponent(axis) * sign].sort((a, b) => a - b),
  );
  const height = Math.max(...spaces.map(({ box }) => box.max.y - box.min.y)) + GAP;
  const offsets: Vector3[] = [];
  for (let row = 0; row < rows; row++) {
    const here = ends.slice(row * columns, (row + 1) * columns);
    const width = here.reduce((sum, [low, high]) => sum + high - low + GAP, -GAP);
    let edge = here.length === 1 ? here[0][0] : -width / 2;
    for (const [low, high] of here) {
      const offset = new Vector3(0, -row * height, 0);
      offsets.push(offset.setComponent(axis, sign * (edge - low)));
      edge += high - low + GAP;
    }
  }
  return offsets;
}

/** Return the offset of each person as they are in the image, in cm of the first. */
export function placeAsInImage(subjects: Subject[]): Vector3[] {
  const [{ origin, packed }] = subjects;
  return subjects.map((subject) =>
    new Vector3(subject.origin.x - origin.x, origin.y - subject.origin.y, 0).multiplyScalar(
      packed.centimetres,
    ),
  );
}

export function unite(spaces: Space[], offsets: Vector3[]): Space {
  const box = {
    min: new Vector3(Infinity, Infinity, Infinity),
    max: new Vector3(-Infinity, -Infinity, -Infinity),
  };
  let floor = Infinity;
  spaces.forEach((space, number) => {
    box.min.min(space.box.min.clone().add(offsets[number]));
    box.max.max(space.box.max.clone().add(offsets[number]));
    floor = Math.min(floor, space.floor + offsets[number].y);
  });
  return { box, floor };
}

function quantile(sorted: number[], fraction: number): number {
  return sorted[Math.round(fraction * (sorted.length - 1))];
}
