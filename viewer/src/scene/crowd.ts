// All people in the scene, with their true motions; picking of keypoints.
import { Vector3 } from "three";
import { type Clock, frameAt } from "../clock";
import type { Subject } from "../data/motion";
import type { Palette } from "../palette";
import type { State } from "../state";
import { Person } from "./person";
import { measureSpace, placePeople, type Space, unite } from "./placement";
import type { Stage } from "./stage";

/** How far in pixels a click may be from a keypoint. */
const REACH = 18;

export class Crowd {
  onPick: (name: string) => void = () => {};
  private readonly people: Person[];
  private readonly truths: (Person | null)[];
  private readonly spaces: Space[];

  constructor(
    private readonly stage: Stage,
    private readonly subjects: Subject[],
  ) {
    this.people = subjects.map(({ motion }) => new Person(motion));
    this.truths = subjects.map(({ truth }) => truth && new Person(truth));
    this.spaces = subjects.map(({ motion, origin }) => measureSpace(motion, origin));
    for (const person of [...this.people, ...this.truths])
      if (person) stage.scene.add(person.group);
    this.listen(stage.canvas);
  }

  place({ layout, hidden, acrossDepth }: State): void {
    const shown = this.subjects.flatMap((_, number) => (hidden.has(number) ? [] : [number]));
    const spaces = shown.map((number) => this.spaces[number]);
    const offsets = placePeople(
      shown.map((number) => this.subjects[number]),
      spaces,
      layout,
      acrossDepth,
    );
    this.subjects.forEach((_, number) => {
      const offset = offsets[shown.indexOf(number)];
      for (const person of [this.people[number], this.truths[number]]) {
        if (!person) continue;
        person.group.visible = offset !== undefined;
        if (offset) person.group.position.copy(offset);
      }
    });
    if (spaces.length) {
      const { box, floor } = unite(spaces, offsets);
      this.stage.setSpace(box, floor);
    }
  }

  update(
    clock: Clock,
    state: State,
    colours: Palette,
    chosen: ReadonlySet<string>,
    scale: number,
  ): void {
    this.subjects.forEach(({ motion, truth, times, origin }, number) => {
      if (state.hidden.has(number)) return;
      const frame = frameAt(times, clock.time);
      const set = state.layout === "overlay" ? number % colours.sides.length : 0;
      const { mode, completed, uncertainty, trails } = state;
      const style = {
        colours,
        set,
        mode,
        scale,
        completed,
        uncertainty,
        trails,
        chosen,
        isTruth: false,
        reference: truth,
      };
      this.people[number].update(frame, times, origin, style);
      const other = this.truths[number];
      if (other && motion.frames) {
        other.group.visible = state.truth;
        if (state.truth) other.update(frame, times, origin, { ...style, isTruth: true });
      }
    });
  }

  /** Write the place of a keypoint in the scene; false where it is unknown. */
  keypointPlace(number: number, name: string, target: Vector3): boolean {
    const person = this.people[number];
    const joint = person.motion.find(name);
    if (joint < 0 || !person.place(joint, target)) return false;
    target.add(person.group.position);
    return true;
  }

  /** Return the place of the name of a person, above the head. */
  labelPlace(number: number): Vector3 {
    const { box } = this.spaces[number];
    const middle = (box.min.x + box.max.x) / 2;
    return new Vector3(middle, box.max.y + 6, (box.min.z + box.max.z) / 2).add(
      this.people[number].group.position,
    );
  }

  /** Return the name of the keypoint nearest to a place on the canvas, or null. */
  pick(x: number, y: number): string | null {
    let best: { name: string; score: number } | null = null;
    const at = new Vector3();
    for (const person of this.people) {
      if (!person.group.visible) continue;
      person.motion.joints.forEach((joint, number) => {
        if (joint.derived || !person.place(number, at)) return;
        const { x: left, y: top, z } = this.stage.project(at.add(person.group.position));
        const distance = Math.hypot(left - x, top - y);
        if (distance > REACH || z >= 1) return;
        // Among keypoints that are close to each other, those of the body are meant.
        const score = distance + (joint.part === "face" ? 6 : joint.part === "hand" ? 2 : 0);
        if (!best || score < best.score) best = { name: joint.name, score };
      });
    }
    return best ? (best as { name: string }).name : null;
  }

  private listen(canvas: HTMLCanvasElement): void {
    let start: [number, number] | null = null;
    canvas.addEventListener("pointerdown", (event) => {
      start = event.isPrimary && event.button === 0 ? [event.clientX, event.clientY] : null;
    });
    canvas.addEventListener("pointerup", (event) => {
      if (!start || Math.hypot(event.clientX - start[0], event.clientY - start[1]) > 5) return;
      const bounds = canvas.getBoundingClientRect();
      const name = this.pick(event.clientX - bounds.left, event.clientY - bounds.top);
      if (name) this.onPick(name);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (event.buttons || event.pointerType !== "mouse") return;
      const bounds = canvas.getBoundingClientRect();
      canvas.style.cursor = this.pick(event.clientX - bounds.left, event.clientY - bounds.top)
        ? "pointer"
        : "grab";
    });
  }
}
