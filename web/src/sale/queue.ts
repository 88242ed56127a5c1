/** One thing after another: a buyer's holds are changed in the order of the clicks, and none overtakes an earlier one. */

export class Queue {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** `rested` is called when all that was asked for is answered. */
  constructor(private readonly rested: () => void = () => {}) {}

  get isBusy(): boolean {
    return this.#waiting > 0;
  }

  /** Runs the task after all that came before it, whatever became of them. */
  run<T>(task: () => Promise<T>): Promise<T> {
    this.#waiting += 1;
    const next = this.#last.then(task, task).finally(() => {
      this.#waiting -= 1;
      if (!this.isBusy) this.rested();
    });
    this.#last = next.catch(() => {});
    return next;
  }
}
