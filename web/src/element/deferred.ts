/** A promise that is settled from outside, once; nobody has to listen to it. */

export class Deferred {
  readonly promise: Promise<void>;
  resolve!: () => void;
  reject!: (reason: unknown) => void;

  constructor() {
    this.promise = new Promise<void>((resolve, reject) => Object.assign(this, { resolve, reject }));
    // Whoever does not ask whether the map is ready must not be told of it by an unhandled rejection.
    this.promise.catch(() => {});
  }
}
