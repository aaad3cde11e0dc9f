// What is said in place of the signer: one thing at a time, the most important one.

/** The parts of which something can be said, the most important first. */
const PARTS = ["link", "camera", "signer"] as const;

export type Part = (typeof PARTS)[number];

/** A text, and what can be done about it. */
type Note = [text: string, controls: HTMLElement[]];

export class Notes {
  private readonly notes = new Map<Part, Note>();

  constructor(private readonly say: (text: string | null, controls: HTMLElement[]) => void) {}

  /** Set what is to be said of a part; null for nothing. */
  set(part: Part, text: string | null, ...controls: HTMLElement[]): void {
    if (text === null) this.notes.delete(part);
    else this.notes.set(part, [text, controls]);
    const first = PARTS.find((each) => this.notes.has(each));
    const [said, beside] = (first && this.notes.get(first)) || [null, []];
    this.say(said, beside);
  }
}
