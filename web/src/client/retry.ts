/** Whether a request may be sent again, and when: an answer that was lost is asked for with the same key. */
import { backoff } from "./backoff.js";
import { Refused, Unanswered } from "./errors.js";

/** How long all tries of one request may take together, and one of them. */
export const IN_ALL_MS = 15_000;
export const ANSWER_MS = 10_000;
export const TRIES = 5;

const LEAST_MS = 500;
const MOST_MS = 4_000;

/** A refusal that says "not now": the server keeps no such answer, and the next try may get another one. */
export function isPassing(error: unknown): error is Refused {
  return error instanceof Refused && (error.status === 429 || error.code === "seat_locked");
}

/** Milliseconds until the next try after so many failures; null where there is no point in one. */
export function waitBeforeRetry(error: unknown, failures: number, random: () => number): number | null {
  if (!(error instanceof Unanswered) && !isPassing(error)) return null;
  return (error.retryAfterSeconds ?? 0) * 1000 + backoff(failures, LEAST_MS, MOST_MS, random);
}

/**
 * What came of a request in the end. A try that was not answered may have been acted on, and a later try that was turned
 * away at the door says nothing of it.
 */
export function outcome(lost: Unanswered | null, error: unknown): unknown {
  const isAtTheDoor = isPassing(error) || (error instanceof Refused && error.status === 401);
  return lost && isAtTheDoor ? lost : error;
}
