/** What was asked over the socket and is not answered yet. */
import { Refused, Unanswered } from "./errors.js";
import { isFailure, type Action, type Done, type Failure, type Frame } from "./frames.js";
import type { Clockwork } from "./surroundings.js";

const ANSWER_MS = 10_000;

interface Question {
  resolve(frame: Frame): void;
  reject(error: unknown): void;
  callOff(): void;
}

export class Questions {
  #last = 0;
  readonly #open = new Map<string, Question>();

  constructor(private readonly time: Clockwork) {}

  /** `send` gets the `requestId`. Rejects with `Refused`, or with `Unanswered` where no frame comes in time. */
  ask<A extends Action>(send: (requestId: string) => void): Promise<Done<A>> {
    const requestId = `q${(this.#last += 1)}`;
    return new Promise<Done<A>>((resolve, reject) => {
      const callOff = this.time.after(ANSWER_MS, () => this.#take(requestId)?.reject(new Unanswered("no_answer")));
      this.#open.set(requestId, { resolve: (frame) => resolve(frame as Done<A>), reject, callOff });
      send(requestId);
    });
  }

  /** Gives a frame to whoever asked for it, if anybody did. */
  answer(frame: Frame): void {
    const question = this.#take(String(frame.requestId));
    if (isFailure(frame)) question?.reject(refused(frame));
    else question?.resolve(frame);
  }

  /** The connection is lost, and the answers with it. */
  drop(): void {
    for (const requestId of [...this.#open.keys()]) this.#take(requestId)?.reject(new Unanswered("no_answer"));
  }

  #take(requestId: string): Question | undefined {
    const question = this.#open.get(requestId);
    question?.callOff();
    this.#open.delete(requestId);
    return question;
  }
}

function refused({ data }: Failure): Refused {
  const { code, message, retryAfterSeconds, ...rest } = data;
  return new Refused(code, message, { data: rest, retryAfterSeconds });
}
