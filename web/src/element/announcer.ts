/** Says one's own changes to screen readers: politely, one at a time, and of what comes too fast only the last. */

const PAUSE_MS = 1_500;

export class Announcer {
  #said = "";
  #nextAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `region` is an element with `aria-live="polite"`. */
  constructor(private readonly region: HTMLElement, private readonly nowMs: () => number = () => performance.now()) {}

  say(text: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#now(text), Math.max(0, this.#nextAt - this.nowMs()));
  }

  #now(text: string): void {
    this.#nextAt = this.nowMs() + PAUSE_MS;
    // A region whose text stays the same is not read out again.
    this.region.textContent = text === this.#said ? `${text}\u00a0` : text;
    this.#said = this.region.textContent;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
