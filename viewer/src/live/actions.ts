// What the keys of the live page do.
import type { Actions } from "../keyboard";
import { stageActions } from "../stage_actions";
import type { LivePage } from "./page";

export function liveActions(page: LivePage): Actions {
  const { help, recorder, scene } = page;
  return {
    r: () => recorder.toggle(),
    ...stageActions(scene.stage, (view) => scene.show(view)),
    u: () => page.flip("uncertainty"),
    i: () => page.flip("image"),
    x: () => page.flip("mirror"),
    m: () => page.toggleTheme(),
    "?": () => help.showModal(),
  };
}
