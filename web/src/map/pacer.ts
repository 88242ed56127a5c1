/** When to draw: in the browser's next frame, or later, and once for all who ask. */

export class Pacer {
  #frame = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isStopped = false;

  constructor(private readonly draw: (now: number) => void) {}

  request(): void {
    if (this.#frame || this.#isStopped) return;
    this.#frame = requestAnimationFrame((now) => {
      this.#frame = 0;
      this.draw(now);
    });
  }

  /** At once for 0, never for Infinity. The latest word counts. */
  requestIn(ms: number): void {
    clearTimeout(this.#timer);
    if (this.#isStopped) return;
    if (ms <= 0) this.request();
    else if (ms < Infinity) this.#timer = setTimeout(() => this.request(), ms);
  }

  /** Draws nothing until `start`, and has nothing ask for it. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  start(): void {
    this.#isStopped = false;
  }
}
