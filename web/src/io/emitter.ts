/** Handlers by the event that they wait for. */

type Run = (...data: unknown[]) => void;

interface Handler {
  run: Run;
  isOnce: boolean;
}

export class Emitter {
  readonly #handlers = new Map<string, readonly Handler[]>();

  add(event: string, run: Run, isOnce: boolean): void {
    this.#handlers.set(event, [...this.#of(event), { run, isOnce }]);
  }

  /** One handler of an event, or all of it, or all that there are. */
  remove(event?: string, run?: Run): void {
    if (event === undefined) this.#handlers.clear();
    else this.#handlers.set(event, run ? this.#of(event).filter((each) => each.run !== run) : []);
  }

  fire(event: string, ...data: unknown[]): void {
    for (const handler of this.#of(event)) {
      if (handler.isOnce) this.#handlers.set(event, this.#of(event).filter((each) => each !== handler));
      call(handler.run, ...data);
    }
  }

  #of(event: string): readonly Handler[] {
    return this.#handlers.get(event) ?? [];
  }
}

/** What a page's own code throws is the page's to hear of, as if nobody had called it: others are told all the same. */
export function call(run: Run, ...data: unknown[]): void {
  try {
    run(...data);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
