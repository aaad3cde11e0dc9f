// What the keys of a stage do, in a player and in the live page.
import type { Actions } from "./keyboard";
import type { Stage, ViewName } from "./scene/stage";

export function stageActions(stage: Stage, show: (view: ViewName | "start") => void): Actions {
  return {
    "1": () => show("front"),
    "2": () => show("side"),
    "3": () => show("top"),
    "0": () => show("start"),
    "+": () => stage.zoom(0.87),
    "=": () => stage.zoom(0.87),
    "-": () => stage.zoom(1.15),
    w: () => stage.turn(0, 10),
    s: () => stage.turn(0, -10),
    a: () => stage.turn(-10, 0),
    d: () => stage.turn(10, 0),
  };
}
