// What stands over the scene: scale bar, axes, labels of chosen keypoints, names.
import { Vector3 } from "three";
import { element } from "../dom";
import type { Palette } from "../palette";
import type { Box, Stage } from "../scene/stage";

export interface Label {
  text: string;
  /** The position in the scene. */
  at: Vector3;
  kind: "keypoint" | "name" | "tick";
}

const AXES: [string, Vector3][] = [
  ["x", new Vector3(1, 0, 0)],
  ["up", new Vector3(0, 1, 0)],
  ["depth", new Vector3(0, 0, -1)],
];

export class Overlay {
  readonly root: HTMLElement;
  private readonly bar = element(
    "div",
    { class: "sl-scale", role: "img" },
    element("i"),
    element("span"),
  );
  private readonly axes: SVGSVGElement;
  private readonly labels = element("div", { class: "sl-labels", "aria-hidden": "true" });
  private wanted: Label[] = [];
  private ticks: Label[] = [];

  constructor(private readonly stage: Stage) {
    this.axes = svg("svg", {
      class: "sl-axes",
      viewBox: "-46 -46 92 92",
      role: "img",
      "aria-label": "Axes: x to the right of the image, up, and depth away from the camera",
    });
    for (const [name] of AXES) {
      this.axes.append(svg("line", { "data-axis": name, x1: 0, y1: 0 }));
      const text = svg("text", { "data-axis": name });
      text.textContent = name;
      this.axes.append(text);
    }
    this.root = element("div", { class: "sl-overlay" }, this.labels, this.bar, this.axes);
  }

  setLabels(people: Label[]): void {
    this.wanted = people;
    const labels = [...this.ticks, ...people];
    while (this.labels.childElementCount < labels.length) this.labels.append(element("span"));
    while (this.labels.childElementCount > labels.length) this.labels.lastElementChild?.remove();
  }

  update(colours: Palette): void {
    this.updateScale();
    this.updateAxes(colours);
    this.updateLabels();
  }

  private updateLabels(): void {
    const [width, height] = this.stage.size;
    const crowded = this.ticksAreCrowded();
    const taken: [x: number, y: number][] = [];
    [...this.ticks, ...this.wanted].forEach(({ text, at, kind }, number) => {
      const label = this.labels.children[number] as HTMLElement;
      const place = this.stage.project(at.clone());
      const { x, z } = place;
      let { y } = place;
      label.className = `sl-label sl-label-${kind}`;
      label.hidden =
        z >= 1 || x < 0 || x > width || y < 0 || y > height || (kind === "tick" && crowded);
      if (label.textContent !== text) label.textContent = text;
      let shift = "-50%";
      if (kind === "keypoint") {
        shift = x > width - 130 ? "calc(-100% - 12px)" : "12px";
        // Labels of keypoints that are close to each other stand below each other.
        const clash = () =>
          taken.some(([left, top]) => Math.abs(left - x) < 105 && Math.abs(top - y) < 21);
        while (clash()) y += 7;
        taken.push([x, y]);
      }
      label.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px) translate(${shift}, -50%)`;
    });
  }

  /** Set the labels of the depth along the edge of the floor, every 20 cm. */
  setTicks({ min, max }: Box, floor: number): void {
    const reach = 20 * Math.ceil(Math.max(-min.z, max.z, 30) / 20);
    const x = 10 * Math.ceil((max.x + 12) / 10);
    this.ticks = [];
    for (let depth = -reach; depth <= reach; depth += 20) {
      const text = depth === 0 ? "depth 0 cm" : `${depth}`.replace("-", "−");
      this.ticks.push({ text, at: new Vector3(x, floor, -depth), kind: "tick" });
    }
  }

  /** Whether the labels of the depth would cover each other, as seen from the front. */
  private ticksAreCrowded(): boolean {
    const places = this.ticks.slice(0, 2).map(({ at }) => this.stage.project(at.clone()));
    return (
      places.length < 2 || Math.hypot(places[0].x - places[1].x, places[0].y - places[1].y) < 16
    );
  }

  /** Draw scale bar and labels on an image of the scene. */
  paint(context: CanvasRenderingContext2D, ratio: number, colours: Palette): void {
    context.save();
    context.scale(ratio, ratio);
    context.font =
      '600 12px ui-sans-serif, system-ui, "Segoe UI", Roboto, Helvetica, Arial, sans-serif';
    context.fillStyle = colours.ink;
    context.strokeStyle = colours.ink;
    const [width, height] = this.stage.size;
    const [line, text] = this.bar.children as unknown as [HTMLElement, HTMLElement];
    const long = Number.parseFloat(line.style.width);
    context.lineWidth = 2;
    context.beginPath();
    context.moveTo(16, height - 16);
    context.lineTo(16 + long, height - 16);
    context.stroke();
    context.fillText(text.textContent ?? "", 16, height - 23);
    context.textAlign = "center";
    for (const { text: name, at, kind } of this.wanted) {
      if (kind !== "name") continue;
      const { x, y } = this.stage.project(at.clone());
      if (x > 0 && x < width) context.fillText(name, x, y + 4);
    }
    context.restore();
  }

  private updateScale(): void {
    const density = this.stage.pixelsPerCentimetre;
    const length =
      [1, 2, 5, 10, 20, 50, 100, 200, 500].find((candidate) => candidate * density >= 64) ?? 1000;
    const [line, text] = this.bar.children as unknown as [HTMLElement, HTMLElement];
    line.style.width = `${(length * density).toFixed(1)}px`;
    const words = length >= 100 ? `${length / 100} m` : `${length} cm`;
    if (text.textContent !== words) {
      text.textContent = words;
      this.bar.setAttribute("aria-label", `Scale bar: ${words}`);
    }
  }

  private updateAxes(colours: Palette): void {
    const inverse = this.stage.camera.matrixWorldInverse;
    const places: [x: number, y: number][] = [];
    for (const [name, direction] of AXES) {
      const { x, y } = direction.clone().transformDirection(inverse);
      const [line, text] = this.axes.querySelectorAll<SVGElement>(`[data-axis="${name}"]`);
      const colour = name === "depth" ? colours.accent : colours.muted;
      line.setAttribute("x2", (26 * x).toFixed(1));
      line.setAttribute("y2", (-26 * y).toFixed(1));
      line.setAttribute("stroke", colour);
      const left = 38 * x;
      let top = 3.5 - 36 * y;
      // A label that would cover another one moves up.
      if (places.some(([px, py]) => Math.abs(px - left) < 30 && Math.abs(py - top) < 12)) top -= 12;
      places.push([left, top]);
      text.setAttribute("x", left.toFixed(1));
      text.setAttribute("y", top.toFixed(1));
      text.setAttribute("fill", colour);
      text.style.opacity = Math.hypot(x, y) < 0.25 ? "0" : "1";
    }
  }
}

function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | number>,
): SVGElementTagNameMap[K] {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  return made;
}
