/**
 * What a tab has seen of a draw before anybody was fixed, kept over a refresh: what the house shows at the end may be another
 * commitment or round than it promised, and fit all the same.
 */
import type { LineDraw } from "../client/types.js";

/** How a tab remembers; the element has it already, and hands it in. */
export interface Memory {
  recall(key: string): string | null;
  /** Null forgets. */
  remember(key: string, value: string | null): void;
}

export interface Promised {
  commitment: string;
  /** `chain round`, or nothing where the draw named no beacon. */
  round: string;
}

/** drand's network quicknet. Of other chains the page does not know who has the key, and so who knows the rounds beforehand. */
export const QUICKNET = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971";

export const roundOf = ({ beacon }: LineDraw): string => (beacon ? `${beacon.chain} ${beacon.round}` : "");

/** One buyer's place in the draw of one event. */
export class Seen {
  readonly #promised: string;
  readonly #early: string;

  constructor(private readonly memory: Memory, eventId: string, subject: string) {
    [this.#promised, this.#early] = ["promised", "early"].map((what) => `holdfast/draw/${what}/${eventId}/${subject}`) as [string, string];
  }

  /** The first that was seen; null where nothing was before it was fixed who takes part. */
  get promised(): Promised | null {
    const [commitment, ...round] = this.memory.recall(this.#promised)?.split(" ") ?? [];
    return commitment ? { commitment, round: round.join(" ") } : null;
  }

  /** Whether the buyer was there before the room opened. */
  get isEarly(): boolean {
    return this.memory.recall(this.#early) !== null;
  }

  /** Keeps the first alone: it is what later ones are held against. */
  note(draw: LineDraw, isEarly: boolean): void {
    if (draw.entrantsRoot || draw.seed) return;
    if (!this.promised) this.memory.remember(this.#promised, `${draw.commitment} ${roundOf(draw)}`.trim());
    if (isEarly && !this.isEarly) this.memory.remember(this.#early, "yes");
  }

  /** Whoever gives the place up takes part no more, and comes back as one who is late. */
  left(): void {
    this.memory.remember(this.#early, null);
  }
}
