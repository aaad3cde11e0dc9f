// The stage: camera, lights, floor, and drawing on demand.
import {
  Color,
  DirectionalLight,
  HemisphereLight,
  MathUtils,
  Mesh,
  PerspectiveCamera,
  PlaneGeometry,
  Scene,
  ShadowMaterial,
  Vector3,
  WebGLRenderer,
} from "three";
import { OrbitControls } from "three/examples/jsm/controls/OrbitControls.js";
import type { Palette, Theme } from "../palette";
import { Floor } from "./floor";

export type ViewName = "front" | "side" | "top";

/** Directions from the person to the camera. Top is not quite vertical, so that up stays defined. */
const DIRECTIONS: Record<ViewName | "start", Vector3> = {
  front: new Vector3(0, 0, 1),
  side: new Vector3(1, 0, 0),
  top: new Vector3(0, 1, 0.0001),
  start: new Vector3(0.55, 0.2, 0.82).normalize(),
};

export interface Box {
  min: Vector3;
  max: Vector3;
}

export class Stage {
  readonly scene = new Scene();
  readonly camera = new PerspectiveCamera(24, 1, 10, 6000);
  readonly renderer: WebGLRenderer;
  readonly controls: OrbitControls;
  readonly canvas: HTMLCanvasElement;
  /** Called after each drawing, for labels over the scene. */
  afterDraw: () => void = () => {};
  /** Called when the space has changed. */
  onSpace: (box: Box, floor: number) => void = () => {};
  /** Called when the person who watches has turned the camera. */
  onOrbit: () => void = () => {};
  private readonly floor = new Floor();
  private readonly shadow: Mesh<PlaneGeometry, ShadowMaterial>;
  private readonly key = new DirectionalLight(0xffffff, 2.1);
  private readonly sky = new HemisphereLight(0xffffff, 0xb9c0ca, 1.75);
  private box: Box = { min: new Vector3(-40, -60, -30), max: new Vector3(40, 60, 30) };
  private tween: { from: Vector3; to: Vector3; start: number } | null = null;
  private request = 0;
  private width = 1;
  private height = 1;

  /** Without shadows a scene takes half the time to draw, where software draws it. */
  constructor(container: HTMLElement, hasShadows = true) {
    this.renderer = new WebGLRenderer({
      antialias: true,
      alpha: true,
      powerPreference: "high-performance",
    });
    this.renderer.shadowMap.enabled = hasShadows;
    // Asking for errors would wait for the compilation of each shader.
    this.renderer.debug.checkShaderErrors = false;
    this.canvas = this.renderer.domElement;
    container.append(this.canvas);
    this.controls = new OrbitControls(this.camera, this.canvas);
    this.controls.enableDamping = false;
    this.controls.zoomToCursor = false;
    this.controls.rotateSpeed = 0.8;
    this.controls.addEventListener("change", () => this.draw());
    this.controls.addEventListener("start", () => {
      this.tween = null;
      this.onOrbit();
    });

    this.key.castShadow = hasShadows;
    this.key.shadow.mapSize.set(1024, 1024);
    this.key.shadow.radius = 6;
    this.key.shadow.bias = -0.0006;
    this.key.shadow.normalBias = 0.4;
    this.shadow = new Mesh(new PlaneGeometry(4000, 4000), new ShadowMaterial({ opacity: 0.16 }));
    this.shadow.rotation.x = -Math.PI / 2;
    this.shadow.receiveShadow = true;
    const fill = new DirectionalLight(0xffffff, 0.55);
    fill.position.set(-200, 60, 120);
    this.scene.add(this.sky, this.key, this.key.target, fill, this.shadow, this.floor.mesh);
    new ResizeObserver(() => this.resize(container)).observe(container);
    this.resize(container);
  }

  setTheme(theme: Theme, colours: Palette): void {
    this.floor.setColours(new Color(colours.grid), new Color(colours.ink));
    this.shadow.material.opacity = theme === "dark" ? 0.42 : 0.15;
    this.sky.groundColor.set(theme === "dark" ? "#59616d" : "#b9c0ca");
    this.draw();
  }

  /** Fit floor, light and camera to the space that the people take. */
  setSpace(box: Box, floor: number): void {
    this.box = box;
    this.floor.setSpace(box, floor);
    this.shadow.position.set(0, floor + 0.05, 0);
    const centre = new Vector3().addVectors(box.min, box.max).multiplyScalar(0.5);
    const reach = Math.max(box.max.distanceTo(box.min) * 0.75, 60);
    this.key.target.position.copy(centre);
    this.key.position
      .copy(centre)
      .add(new Vector3(0.25, 1, 0.45).normalize().multiplyScalar(3 * reach));
    const { camera } = this.key.shadow;
    Object.assign(camera, {
      left: -reach,
      right: reach,
      top: reach,
      bottom: -reach,
      near: reach,
      far: 6 * reach,
    });
    camera.updateProjectionMatrix();
    this.onSpace(box, floor);
    this.draw();
  }

  /** Move the camera to a view of everybody. */
  show(view: ViewName | "start", animate = true): void {
    const target = new Vector3().addVectors(this.box.min, this.box.max).multiplyScalar(0.5);
    const to = DIRECTIONS[view]
      .clone()
      .multiplyScalar(this.fitDistance(DIRECTIONS[view]))
      .add(target);
    this.controls.target.copy(target);
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (animate && !calm) {
      this.tween = { from: this.camera.position.clone(), to, start: performance.now() };
    } else {
      this.tween = null;
      this.camera.position.copy(to);
      this.controls.update();
    }
    this.draw();
  }

  /** Zoom by a factor, below 1 to come nearer. */
  zoom(factor: number): void {
    const { target } = this.controls;
    this.camera.position.sub(target).multiplyScalar(factor).add(target);
    this.controls.update();
    this.draw();
  }

  /** Turn about the person by an angle in degrees, to the side and up. */
  turn(sideways: number, up: number): void {
    const { target } = this.controls;
    const offset = this.camera.position.clone().sub(target);
    offset.applyAxisAngle(new Vector3(0, 1, 0), MathUtils.degToRad(sideways));
    const right = new Vector3(0, 1, 0).cross(offset).normalize();
    const turned = offset.clone().applyAxisAngle(right, MathUtils.degToRad(-up));
    if (Math.abs(turned.clone().normalize().y) < 0.999) offset.copy(turned);
    this.camera.position.copy(target).add(offset);
    this.controls.update();
    this.draw();
  }

  /** Pixels on the screen for one centimetre at the point that the camera looks at. */
  get pixelsPerCentimetre(): number {
    const distance = this.camera.position.distanceTo(this.controls.target);
    return this.height / 2 / (Math.tan(MathUtils.degToRad(this.camera.fov / 2)) * distance);
  }

  get size(): [number, number] {
    return [this.width, this.height];
  }

  /** Project a point to the screen; the third number is below 1 in front of the camera. */
  project(point: Vector3): Vector3 {
    const projected = point.project(this.camera);
    projected.x = ((projected.x + 1) / 2) * this.width;
    projected.y = ((1 - projected.y) / 2) * this.height;
    return projected;
  }

  draw(): void {
    if (!this.request) this.request = requestAnimationFrame(this.render);
  }

  /** Draw now, so that the canvas can be copied. */
  drawNow(): void {
    this.render(performance.now());
  }

  private readonly render = (now: number): void => {
    cancelAnimationFrame(this.request);
    this.request = 0;
    if (this.tween) {
      const { from, to, start } = this.tween;
      const t = Math.min((now - start) / 450, 1);
      const eased = 1 - (1 - Math.max(t, 0)) ** 3;
      const { target } = this.controls;
      // Along an arc: the direction and the distance are interpolated.
      const [a, b] = [from.clone().sub(target), to.clone().sub(target)];
      const distance = MathUtils.lerp(a.length(), b.length(), eased);
      const direction = a.normalize().lerp(b.normalize(), eased);
      if (direction.lengthSq() < 1e-4) direction.set(0, 0.01, 1);
      this.camera.position.copy(direction.normalize().multiplyScalar(distance).add(target));
      if (t >= 1) this.tween = null;
      this.controls.update();
    }
    this.renderer.render(this.scene, this.camera);
    this.afterDraw();
    if (this.tween) this.draw();
  };

  /** Return the distance from which the whole box is in the image. */
  private fitDistance(direction: Vector3): number {
    const { min, max } = this.box;
    const centre = new Vector3().addVectors(min, max).multiplyScalar(0.5);
    const right = new Vector3(0, 1, 0).cross(direction).normalize();
    const up = direction.clone().cross(right).normalize();
    const tangent = Math.tan(MathUtils.degToRad(this.camera.fov / 2)) * 0.93;
    let distance = 0;
    for (let corner = 0; corner < 8; corner++) {
      const place = new Vector3(
        corner & 1 ? min.x : max.x,
        corner & 2 ? min.y : max.y,
        corner & 4 ? min.z : max.z,
      ).sub(centre);
      // Nobody is in the corners of the box.
      place.set(0.82 * place.x, place.y, 0.82 * place.z);
      const wide = Math.abs(place.dot(right)) / this.camera.aspect;
      const high = Math.abs(place.dot(up));
      distance = Math.max(distance, place.dot(direction) + Math.max(wide, high) / tangent);
    }
    return distance;
  }

  private resize(container: HTMLElement): void {
    this.width = Math.max(container.clientWidth, 1);
    this.height = Math.max(container.clientHeight, 1);
    this.renderer.setPixelRatio(Math.min(window.devicePixelRatio || 1, 2));
    this.renderer.setSize(this.width, this.height);
    this.camera.aspect = this.width / this.height;
    this.camera.updateProjectionMatrix();
    this.render(performance.now());
  }
}
