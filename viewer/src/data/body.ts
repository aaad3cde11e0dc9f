// What the names of keypoints say: side, part of the body, thickness; and the bones to draw.

export type Side = "left" | "right" | "middle";
export type Part = "body" | "head" | "hand" | "face";

const FACE =
  /^face_landmarks:|^[LR]?(Jaw|Brow|NoseBridge|Nostril|Eyelid|Lip|InnerLip|Pupil)\d?\d?$/;
const HAND = /HandRoot$|(Thumb|Index|Middle|Ring|Pinky)\d$/;
const HEAD = /^Nose$|^Head$|^[LR](Eye|Ear|EyeInner|EyeOuter|Mouth)$/;

/** Radii in centimetres of the thicker end of a bone, by the name of its outer end. */
const RADII: [RegExp, number][] = [
  [/Elbow$/, 2.5],
  [/(Wrist|[LR]Hand)$/, 2.1],
  [/Knee$/, 3.3],
  [/Ankle$/, 2.6],
  [/Neck$|Spine/, 2.6],
  [/Shoulder$|Hip$/, 2.1],
  [/HandRoot$/, 0.9],
  [/Thumb[1234]$/, 0.85],
  [/[1]$/, 0.75],
  [/Toe$|Heel$|FootIndex$/, 1.5],
  [/Head$/, 1.9],
];

export function sideOf(name: string): Side {
  const colon = name.indexOf(":");
  if (colon > 0) {
    const component = name.slice(0, colon).toLowerCase();
    return component.includes("left") ? "left" : component.includes("right") ? "right" : "middle";
  }
  if (/^L[A-Z]/.test(name)) return "left";
  return /^R[A-Z]/.test(name) ? "right" : "middle";
}

export function partOf(name: string): Part {
  if (FACE.test(name)) return "face";
  if (HAND.test(name) || name.includes(":")) return "hand";
  return HEAD.test(name) ? "head" : "body";
}

/** Whether a keypoint is below the hips. */
export function isLeg(name: string): boolean {
  return /Knee$|Ankle$|Toe$|Heel$|FootIndex$/.test(name);
}

/** Return the radius in centimetres of the inner end of the bone that ends at a keypoint. */
export function boneRadius(name: string): number {
  const part = partOf(name);
  if (part === "face") return 0.16;
  for (const [pattern, radius] of RADII) if (pattern.test(name)) return radius;
  return part === "hand" ? 0.7 : part === "head" ? 0.4 : 1.8;
}

export function jointRadius(name: string): number {
  if (partOf(name) === "face") return 0.22;
  if (name === "Nose") return 1.1;
  if (/Hip$|Neck$|Shoulder$|Knee$/.test(name)) return 2.1;
  if (/Elbow$|Ankle$/.test(name)) return 1.9;
  if (/(Wrist|[LR]Hand)$/.test(name)) return 1.6;
  return Math.max(0.62, boneRadius(name) * 0.8);
}

const WORDS: [RegExp, string][] = [
  [/HandRoot$/, "hand root"],
  [/BigToe$/, "big toe"],
  [/SmallToe$/, "small toe"],
  [/FootIndex$/, "foot tip"],
  [/MidHip$/, "middle of the hips"],
];

/** Return the name of a keypoint in words: "left wrist" for LWrist and LHand. */
export function describe(name: string): string {
  const side = sideOf(name);
  if (name.includes(":")) return name.replace("face_landmarks:", "face ").replaceAll("_", " ");
  let rest = side === "middle" ? name : name.slice(1);
  if (rest === "Hand") rest = "Wrist";
  const word = WORDS.find(([pattern]) => pattern.test(rest));
  rest = word ? word[1] : rest.replace(/(\d+)$/, " $1").replace(/([a-z])([A-Z])/g, "$1 $2");
  rest = rest === "Neck" || rest === "Nose" ? rest : rest.toLowerCase();
  return side === "middle" ? rest : `${side} ${rest}`;
}

/** A point that a skeleton lacks, as the mean of keypoints. */
export interface DerivedPoint {
  name: string;
  of: number[];
}

/** Keypoints at the left and the right of the head, best first. */
export const HEAD_SIDES = [
  ["LEar", "REar"],
  ["LJaw0", "RJaw0"],
  ["face_landmarks:454", "face_landmarks:234"],
];

/** Keypoints in front of the head, best first. */
export const HEAD_FRONTS = [
  "Nose",
  "NoseBridge3",
  "Nostril2",
  "face_landmarks:1",
  "face_landmarks:4",
  "face_landmarks:0",
];

/** The name of the derived point between the ears. */
export const HEAD_CENTRE = "Head centre";

export interface DrawnSkeleton {
  derived: DerivedPoint[];
  bones: [number, number][];
}

/**
 * Return the bones to draw, with a trunk and a neck for skeletons that lack them.
 *
 * Derived points follow the keypoints in number.
 */
export function drawnSkeleton(names: string[], bones: [number, number][]): DrawnSkeleton {
  const index = new Map(names.map((name, number) => [name, number]));
  const derived: DerivedPoint[] = [];
  const add = (name: string, of: (number | undefined)[]): number | undefined => {
    if (of.length === 0 || of.some((number) => number === undefined)) return undefined;
    derived.push({ name, of: of as number[] });
    return names.length + derived.length - 1;
  };
  const find = (name: string) => index.get(name);
  const neck = find("Neck") ?? add("Neck", [find("LShoulder"), find("RShoulder")]);
  const hip = find("MidHip") ?? add("MidHip", [find("LHip"), find("RHip")]);
  const sides = HEAD_SIDES.find((pair) => pair.every((name) => index.has(name))) ?? [];
  const head = add(HEAD_CENTRE, sides.map(find)) ?? find("Nose");

  const trunk = new Set<string>();
  const pair = (a: string, b: string) => trunk.add(`${find(a)},${find(b)}`);
  pair("LHip", "RHip");
  pair("LHip", "LShoulder");
  pair("RHip", "RShoulder");
  pair("Neck", "Nose");
  const kept = bones.filter(([a, b]) => !trunk.has(`${a},${b}`));
  const joined = new Set(kept.map(([a, b]) => `${a},${b}`));
  const join = (a: number | undefined, b: number | undefined) => {
    if (a === undefined || b === undefined || joined.has(`${a},${b}`)) return;
    kept.push([a, b]);
  };
  if (!joined.has(`${hip},${find("Spine")}`)) join(hip, neck);
  for (const side of "LR") {
    join(neck, find(`${side}Shoulder`));
    join(hip, find(`${side}Hip`));
  }
  join(neck, head);
  return { derived, bones: kept };
}
