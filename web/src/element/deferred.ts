/** A promise that is settled from outside, once; nobody has to listen to it. */

export class Deferred {
  readonly promise: Promise<void>;
  state: "pending" | "resolved" | "rejected" = "pending";
  #settle!: { resolve(): void; reject(reason: unknown): void };

  constructor() {
    this.promise = new Promise<void>((resolve, reject) => (this.#settle = { resolve, reject }));
    // Whoever does not ask whether the map is ready must not be told of it by an unhandled rejection.
    this.promise.catch(() => {});
  }

  resolve(): void {
    if (this.state === "pending") this.state = "resolved";
    this.#settle.resolve();
  }

  reject(reason: unknown): void {
    if (this.state === "pending") this.state = "rejected";
    this.#settle.reject(reason);
  }
}
