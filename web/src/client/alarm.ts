/** A pause that can be cut short. */
import type { Clockwork } from "./surroundings.js";

export class Alarm {
  #isRung = false;
  #dueAt = Infinity;
  #end: (() => void) | null = null;
  #callOff: () => void = () => {};

  constructor(private readonly time: Clockwork) {}

  /** Resolves after so long, or when it rings; at once where it rang since the last pause. Infinity waits for a ring. */
  async wait(ms: number): Promise<void> {
    if (!this.#isRung) {
      await new Promise<void>((resolve) => {
        this.#end = resolve;
        this.#dueAt = Infinity;
        this.within(ms);
      });
    }
    this.#callOff();
    this.#end = null;
    this.#isRung = false;
  }

  ring(): void {
    this.#isRung = true;
    this.#end?.();
  }

  /** A pause under way ends no later than so long from now. */
  within(ms: number): void {
    const dueAt = this.time.now() + ms;
    if (!this.#end || dueAt >= this.#dueAt) return;
    this.#dueAt = dueAt;
    this.#callOff();
    this.#callOff = this.time.after(ms, this.#end);
  }
}
