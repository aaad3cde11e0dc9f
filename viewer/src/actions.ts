// What the keys of a player do.
import type { Actions } from "./keyboard";
import type { Player } from "./player";

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
    "1": () => player.show("front"),
    "2": () => player.show("side"),
    "3": () => player.show("top"),
    "0": () => player.show("start"),
    "+": () => stage.zoom(0.87),
    "=": () => stage.zoom(0.87),
    "-": () => stage.zoom(1.15),
    w: () => stage.turn(0, 10),
    s: () => stage.turn(0, -10),
    a: () => stage.turn(-10, 0),
    d: () => stage.turn(10, 0),
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
