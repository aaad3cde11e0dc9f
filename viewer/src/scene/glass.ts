// A material like glass: nearly clear in the middle, and denser towards the outline.
import { Color, ShaderMaterial } from "three";

const VERTEX = `
varying vec3 outwards;
varying vec3 towards;
varying vec3 tint;
uniform vec3 colour;
void main() {
  mat4 placed = modelViewMatrix;
  tint = colour;
  #ifdef USE_INSTANCING
    placed = modelViewMatrix * instanceMatrix;
  #endif
  #ifdef USE_INSTANCING_COLOR
    tint = instanceColor;
  #endif
  vec4 place = placed * vec4(position, 1.0);
  mat3 turn = mat3(placed);
  vec3 squares = vec3(dot(turn[0], turn[0]), dot(turn[1], turn[1]), dot(turn[2], turn[2]));
  outwards = turn * (normal / squares);
  towards = -place.xyz;
  gl_Position = projectionMatrix * place;
}`;

const FRAGMENT = `
varying vec3 outwards;
varying vec3 towards;
varying vec3 tint;
uniform float clear;
uniform float dense;
void main() {
  float facing = abs(dot(normalize(outwards), normalize(towards)));
  gl_FragColor = vec4(tint, mix(dense, clear, pow(facing, 0.7)));
  #include <colorspace_fragment>
}`;

/** Make the material, with its opacities in the middle and at the outline. */
export function glass(clear: number, dense: number): ShaderMaterial {
  return new ShaderMaterial({
    vertexShader: VERTEX,
    fragmentShader: FRAGMENT,
    uniforms: { colour: { value: new Color() }, clear: { value: clear }, dense: { value: dense } },
    transparent: true,
    depthWrite: false,
  });
}
