// MediaPipe Holistic, in this page: images stay here.
import { hasGraphicsProcessor } from "./graphics";
import type { Landmarks } from "./messages";

/** Finds the landmarks of the person in an image. */
export interface Detector {
  /** How it computes, for the person who watches. */
  readonly device: string;
  load(): Promise<void>;
  detect(image: HTMLVideoElement): Promise<Landmarks>;
}

interface Point {
  x: number;
  y: number;
  z: number;
  visibility?: number;
}

interface Results {
  poseLandmarks?: Point[];
  faceLandmarks?: Point[];
  leftHandLandmarks?: Point[];
  rightHandLandmarks?: Point[];
}

interface Holistic {
  setOptions(options: Record<string, unknown>): void;
  onResults(listener: (results: Results) => void): void;
  initialize(): Promise<void>;
  reset(): void;
  send(input: { image: HTMLVideoElement }): Promise<void>;
}

declare global {
  interface Window {
    Holistic?: new (options: { locateFile: (name: string) => string }) => Holistic;
    /** In place of MediaPipe, in tests. */
    signliftDetector?: Detector;
  }
}

export class HolisticDetector implements Detector {
  readonly device: string;
  private holistic: Holistic | null = null;
  private results: Results = {};
  private readonly usesProcessor: boolean;

  constructor() {
    this.usesProcessor = !hasGraphicsProcessor();
    this.device = this.usesProcessor ? "on the processor" : "on the graphics processor";
  }

  /** Load it, or prepare it for another camera. */
  async load(): Promise<void> {
    if (this.holistic) {
      this.holistic.reset();
      return;
    }
    if (!window.Holistic) throw new Error("its files could not be loaded");
    const holistic = new window.Holistic({ locateFile: (name) => `holistic/${name}` });
    holistic.setOptions({
      // Software drawing is many times slower than the networks on the processor.
      useCpuInference: this.usesProcessor,
      modelComplexity: 1,
      refineFaceLandmarks: false,
      selfieMode: false,
    });
    holistic.onResults((results) => {
      this.results = results;
    });
    await holistic.initialize();
    this.holistic = holistic;
  }

  async detect(image: HTMLVideoElement): Promise<Landmarks> {
    this.results = {};
    try {
      await this.holistic?.send({ image });
    } catch (error) {
      this.holistic = null; // it is loaded anew
      throw error;
    }
    const { poseLandmarks, faceLandmarks, leftHandLandmarks, rightHandLandmarks } = this.results;
    return {
      body: flatten(poseLandmarks, true),
      face: flatten(faceLandmarks, false),
      left_hand: flatten(leftHandLandmarks, false),
      right_hand: flatten(rightHandLandmarks, false),
    };
  }
}

function flatten(points: Point[] | undefined, hasVisibility: boolean): number[] | null {
  if (!points?.length) return null;
  const numbers: number[] = [];
  for (const { x, y, z, visibility } of points) {
    numbers.push(rounded(x), rounded(y), rounded(z));
    if (hasVisibility) numbers.push(rounded(visibility ?? 0));
  }
  return numbers;
}

/** A millionth of the image is enough. */
function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
