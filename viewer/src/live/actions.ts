// What the keys of the live page do.
import type { Actions } from "../keyboard";
import type { LivePage } from "./page";

export function liveActions(page: LivePage): Actions {
  const { help, recorder, scene } = page;
  const { stage } = scene;
  return {
    r: () => recorder.toggle(),
    "1": () => scene.show("front"),
    "2": () => scene.show("side"),
    "3": () => scene.show("top"),
    "0": () => scene.show("start"),
    "+": () => stage.zoom(0.87),
    "=": () => stage.zoom(0.87),
    "-": () => stage.zoom(1.15),
    w: () => stage.turn(0, 10),
    s: () => stage.turn(0, -10),
    a: () => stage.turn(-10, 0),
    d: () => stage.turn(10, 0),
    u: () => page.flip("uncertainty"),
    i: () => page.flip("image"),
    x: () => page.flip("mirror"),
    m: () => page.toggleTheme(),
    "?": () => help.showModal(),
  };
}
