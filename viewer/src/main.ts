// window.signlift.mount shows a payload in an element.
import type { Payload } from "./data/payload";
import { type Options, Player } from "./player";

function mount(element: HTMLElement, payload: Payload, options: Options = {}): Player {
  if (payload.format !== "signlift-viewer") throw new Error("expected a payload of signlift");
  return new Player(element, payload, options);
}

declare global {
  interface Window {
    signlift: { mount: typeof mount; players: Player[] };
  }
}

const players: Player[] = [];
window.signlift = {
  players,
  mount: (...given) => {
    const player = mount(...given);
    players.push(player);
    return player;
  },
};
