// What the keys of a player do.
import type { Actions } from "./keyboard";
import type { Player } from "./player";
import { stageActions } from "./stage_actions";

export function playerActions(player: Player): Actions {
  const { clock, transport, stage, state } = player;
  const flip = (name: "uncertainty" | "completed" | "truth" | "trails") => () => {
    player.change({ [name]: !state[name] });
    player.say(`${name} ${state[name] ? "shown" : "hidden"}`);
  };
  return {
    " ": () => clock.toggle(),
    ArrowLeft: ({ shiftKey }) => player.step(shiftKey ? -10 : -1),
    ArrowRight: ({ shiftKey }) => player.step(shiftKey ? 10 : 1),
    Home: () => clock.seek(clock.range[0]),
    End: () => clock.seek(clock.range[1]),
    ...stageActions(stage, (view) => player.show(view)),
    ",": () => transport.changeSpeed(-1),
    ".": () => transport.changeSpeed(1),
    l: () => transport.toggleLoop(),
    "[": () => transport.setLoopEnd(0, clock.time),
    "]": () => transport.setLoopEnd(1, clock.time),
    u: flip("uncertainty"),
    c: flip("completed"),
    t: flip("truth"),
    r: flip("trails"),
    m: () => player.toggleTheme(),
    p: () => player.savePng(),
    "?": () => player.showHelp(),
  };
}
