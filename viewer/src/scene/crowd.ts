// All people in the scene, with their true motions; picking of keypoints.
import { Vector3 } from "three";
import { type Clock, frameAt } from "../clock";
import type { Subject } from "../data/motion";
import type { Palette } from "../palette";
import type { State } from "../state";
import { Person } from "./person";
import { measureSpace, placeAsInImage, placeInRows, type Space, unite } from "./placement";
import type { Stage } from "./stage";

/** How far in pixels a click may be from a keypoint. */
const REACH = 18;

/** A person in the scene: the predicted or the true motion of a recording. */
interface Figure {
  /** The number of the recording. */
  number: number;
  person: Person;
  isTruth: boolean;
  space: Space;
}

export class Crowd {
  onPick: (name: string) => void = () => {};
  private readonly figures: Figure[];

  constructor(
    private readonly stage: Stage,
    private readonly subjects: Subject[],
  ) {
    this.figures = subjects.flatMap(({ motion, truth, origin }, number) =>
      [motion, truth].flatMap((each, which) => {
        if (!each) return [];
        const person = new Person(each, origin);
        stage.scene.add(person.group);
        return [{ number, person, isTruth: which === 1, space: measureSpace(each, origin) }];
      }),
    );
    this.listen(stage.canvas);
  }

  /** Let each person stand where the layout says, and fit the stage to them. */
  place(state: State): void {
    const { layout, acrossDepth, hidden, truth, beside } = state;
    const shown = this.figures.filter(
      ({ number, isTruth }) => !hidden.has(number) && (truth || !isTruth),
    );
    for (const figure of this.figures) figure.person.group.visible = shown.includes(figure);
    if (!shown.length) return;
    const places = shown.map(({ number, isTruth }) => {
      const apart = isTruth && beside ? 0.5 : 0;
      return layout === "side-by-side" ? number + apart : apart;
    });
    if (layout === "image") {
      const offsets = placeAsInImage(this.subjects);
      for (const { person, number } of shown) person.group.position.copy(offsets[number]);
    } else {
      const row = [...new Set(places)].sort((a, b) => a - b);
      const spaces = row.map((place) => {
        const here = shown.filter((_, at) => places[at] === place).map(({ space }) => space);
        return unite(
          here,
          here.map(() => new Vector3()),
        );
      });
      const offsets = placeInRows(spaces, acrossDepth);
      shown.forEach(({ person }, at) => {
        person.group.position.copy(offsets[row.indexOf(places[at])]);
      });
    }
    const { box, floor } = unite(
      shown.map(({ space }) => space),
      shown.map(({ person }) => person.group.position),
    );
    this.stage.setSpace(box, floor);
  }

  /** Show everybody at a time; false where nothing of anybody is known. */
  update(
    clock: Clock,
    state: State,
    colours: Palette,
    chosen: ReadonlySet<string>,
    scale: number,
  ): boolean {
    let placed = false;
    const { mode, completed, uncertainty, trails } = state;
    for (const { number, person, isTruth } of this.figures) {
      if (!person.group.visible) continue;
      const { truth, times, origin } = this.subjects[number];
      person.update(frameAt(times, clock.time), times, origin, {
        colours,
        set: number % colours.sides.length,
        mode,
        scale,
        completed,
        uncertainty,
        trails,
        chosen,
        isTruth,
        isThin: isTruth && (!state.beside || state.layout === "image"),
        reference: truth,
      });
      placed ||= person.isPlaced;
    }
    return placed;
  }

  /** Write the place of a keypoint in the scene; false where it is unknown. */
  keypointPlace(number: number, name: string, target: Vector3): boolean {
    const figure = this.figures.find((each) => each.number === number && !each.isTruth);
    if (!figure?.person.group.visible) return false;
    const { person } = figure;
    const joint = person.motion.find(name);
    if (joint < 0 || !person.place(joint, target)) return false;
    target.add(person.group.position);
    return true;
  }

  /** Return the names of people who stand apart, and the places above their heads. */
  names(state: State): { text: string; at: Vector3 }[] {
    const seen = new Set<string>();
    return this.figures.flatMap(({ number, person, isTruth, space }) => {
      const { x, y, z } = person.group.position;
      const place = [x, y, z].join();
      if (!person.group.visible || seen.has(place)) return [];
      seen.add(place);
      const { min, max } = space.box;
      const at = new Vector3((min.x + max.x) / 2, max.y + 6, (min.z + max.z) / 2);
      at.add(person.group.position);
      const { name } = this.subjects[number].motion;
      const alone = state.layout === "overlay" || this.subjects.length === 1;
      const text = isTruth ? "true depth" : alone ? "predicted" : name;
      return [{ text, at }];
    });
  }

  /** Return the name of the keypoint nearest to a place on the canvas, or null. */
  pick(x: number, y: number): string | null {
    let best: { name: string; score: number } | null = null;
    const at = new Vector3();
    for (const { person } of this.figures) {
      if (!person.group.visible) continue;
      person.motion.joints.forEach((joint, number) => {
        if (joint.derived || joint.absent || !person.place(number, at)) return;
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
