// window.signlift.mount shows a payload in an element. The live page takes the scene from here, so
// that there is one copy of three.js.
import { Vector3 } from "three";
import type { Payload } from "./data/payload";
import { Overlay } from "./panels/overlay";
import { type Options, Player } from "./player";
import { Person } from "./scene/person";
import { Stage } from "./scene/stage";

const scene = { Overlay, Person, Stage, Vector3 };

/** The parts of a scene. */
export type SceneParts = typeof scene;

function mount(element: HTMLElement, payload: Payload, options: Options = {}): Player {
  if (payload.format !== "signlift-viewer") throw new Error("expected a payload of signlift");
  return new Player(element, payload, options);
}

declare global {
  interface Window {
    signlift: { mount: typeof mount; players: Player[]; scene: SceneParts };
  }
}

const players: Player[] = [];
window.signlift = {
  players,
  scene,
  mount: (...given) => {
    const player = mount(...given);
    players.push(player);
    return player;
  },
};
