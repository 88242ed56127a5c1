/** The looks of all seats as they are drawn, and how many of each section are free. */
import { LOOKS, OWN } from "../venue/look.js";
import type { Venue } from "../venue/venue.js";

const AVAILABLE = LOOKS.indexOf("available");
const IS_OWN = LOOKS.map((look) => OWN.has(look));

export class SeatStates {
  /** Index in `LOOKS`. */
  readonly look: Uint8Array;
  /** 1 where a filter leaves the seat out. */
  readonly dimmed: Uint8Array;
  /** Of each section: seats that are free, that are this buyer's, and that a filter leaves in. */
  readonly free: Int32Array;
  readonly own: Int32Array;
  readonly wanted: Int32Array;

  #isWanted: ((seat: number) => boolean) | null = null;

  constructor(readonly venue: Venue) {
    this.look = new Uint8Array(venue.plan.count);
    this.dimmed = new Uint8Array(venue.plan.count);
    const { sections } = venue.plan;
    this.free = new Int32Array(sections.length);
    this.own = new Int32Array(sections.length);
    this.wanted = new Int32Array(sections.length);
    this.readAll();
  }

  readAll(): void {
    this.free.fill(0);
    this.own.fill(0);
    this.wanted.fill(0);
    for (let seat = 0; seat < this.look.length; seat += 1) {
      this.look[seat] = this.#lookOf(seat);
      this.dimmed[seat] = this.#isOut(seat) ? 1 : 0;
      this.#count(seat, 1);
    }
  }

  /** True where the seat looks different now. */
  read(seat: number): boolean {
    const [look, dimmed] = [this.#lookOf(seat), this.#isOut(seat) ? 1 : 0];
    if (look === this.look[seat] && dimmed === this.dimmed[seat]) return false;
    this.#count(seat, -1);
    this.look[seat] = look;
    this.dimmed[seat] = dimmed;
    this.#count(seat, 1);
    return true;
  }

  /** Leaves out the seats to which `isWanted` says no, now and whenever they change. */
  filter(isWanted: ((seat: number) => boolean) | null): void {
    this.#isWanted = isWanted;
    this.readAll();
  }

  #isOut(seat: number): boolean {
    return this.#isWanted !== null && !this.#isWanted(seat);
  }

  #count(seat: number, by: 1 | -1): void {
    const section = this.venue.plan.section[seat]!;
    if (section < 0) return;
    if (!this.dimmed[seat]) this.wanted[section]! += by;
    if (this.look[seat] === AVAILABLE) this.free[section]! += by;
    else if (IS_OWN[this.look[seat]!]) this.own[section]! += by;
  }

  #lookOf(seat: number): number {
    return LOOKS.indexOf(this.venue.look(seat));
  }
}
