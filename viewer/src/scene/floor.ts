// The floor: a grid of 10 cm that fades with the distance, with a line every 50 cm.
import { Color, DoubleSide, Mesh, PlaneGeometry, ShaderMaterial } from "three";
import type { Box } from "./stage";

const VERTEX = `
varying vec2 place;
void main() {
  place = position.xy;
  gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
}`;

const FRAGMENT = `
varying vec2 place;
uniform vec3 fine;
uniform vec3 coarse;
uniform float reach;
float line(float spacing, float width) {
  vec2 at = place / spacing;
  vec2 grid = abs(fract(at - 0.5) - 0.5) / max(fwidth(at), 1e-6);
  return 1.0 - min(min(grid.x, grid.y) / width, 1.0);
}
void main() {
  float fade = 1.0 - smoothstep(40.0, 165.0, max(length(place) - reach, 0.0));
  float small = line(10.0, 1.0) * 0.55;
  float large = line(50.0, 1.3) * 0.5;
  vec3 colour = mix(fine, coarse, large > small ? 0.35 : 0.0);
  gl_FragColor = vec4(colour, max(small, large) * fade);
  #include <colorspace_fragment>
}`;

/** Size of the plane in cm, on which the grid fades out before its end. */
const SIZE = 3000;

export class Floor {
  readonly mesh: Mesh<PlaneGeometry, ShaderMaterial>;

  constructor() {
    const material = new ShaderMaterial({
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
      uniforms: {
        fine: { value: new Color() },
        coarse: { value: new Color() },
        reach: { value: 0 },
      },
      transparent: true,
      depthWrite: false,
      side: DoubleSide,
    });
    this.mesh = new Mesh(new PlaneGeometry(SIZE, SIZE), material);
    this.mesh.rotation.x = -Math.PI / 2;
    this.mesh.renderOrder = -1;
  }

  /** Put the grid below people, with its lines where they are, and let it fade beside them. */
  setSpace({ min, max }: Box, height: number): void {
    const [x, z] = [(min.x + max.x) / 2, (min.z + max.z) / 2];
    this.mesh.position.set(50 * Math.round(x / 50), height, 50 * Math.round(z / 50));
    const reach = Math.max(max.x - min.x, max.z - min.z) / 2 - 60;
    this.mesh.material.uniforms.reach.value = Math.min(Math.max(reach, 0), SIZE / 2 - 200);
  }

  setColours(fine: Color, coarse: Color): void {
    this.mesh.material.uniforms.fine.value = fine;
    this.mesh.material.uniforms.coarse.value = coarse;
  }
}
