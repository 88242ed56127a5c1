/** Waiting for what comes in its own time. */
import assert from "node:assert/strict";

const PATIENCE_MS = 10_000;
const PAUSE_MS = 50;

export const pause = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms));

/** Asks again until the answer is the one that is wanted, or until patience ends: the failure then shows the last answer. */
export async function eventually<T>(what: string, ask: () => Promise<T> | T, wanted: T, patienceMs = PATIENCE_MS): Promise<void> {
  const end = performance.now() + patienceMs;
  let answer = await ask();
  while (!isSame(answer, wanted) && performance.now() < end) {
    await pause(PAUSE_MS);
    answer = await ask();
  }
  assert.deepEqual(answer, wanted, what);
}

function isSame(a: unknown, b: unknown): boolean {
  try {
    assert.deepEqual(a, b);
    return true;
  } catch {
    return false;
  }
}
