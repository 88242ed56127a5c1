/** How often the availability is read, and for how long what is shown can be trusted. */
import { backoff } from "./backoff.js";
import type { Joined } from "./frames.js";

export interface Situation {
  hasToken: boolean;
  /** What the socket has answered to the join; null while it is not connected, or has not. */
  joined: Joined | null;
  /** Whether a reading has shown all that no frame tells. */
  isCaughtUp: boolean;
}

/** As long as an answer may be cached. */
const CATCH_UP_MS = 1_000;
const HEAL_MS = 60_000;
const LOOKER_MS = 2_000;
const LOST_MS = 3_000;
const FINAL_MS = 20_000;
const RETRY_LEAST_MS = 1_000;
const RETRY_MOST_MS = 20_000;
const TRUSTED_MS = 5_000;

/** Whether frames tell of every change. */
export function isLive({ joined, isCaughtUp }: Situation): boolean {
  return joined !== null && joined.follow !== "availability" && isCaughtUp;
}

/** Milliseconds between two readings. */
export function interval(situation: Situation): number {
  const { joined, hasToken } = situation;
  if (!hasToken) return LOOKER_MS;
  if (!joined) return LOST_MS;
  if (joined.follow === "availability") return joined.pollMs ?? LOOKER_MS;
  return isLive(situation) ? HEAL_MS : CATCH_UP_MS;
}

/** Until the next reading, after an answer. A crowd that came together does not read together. */
export function waitAfterAnswer(situation: Situation, random: () => number): number {
  const spread = isLive(situation) ? 0.4 : 0.2;
  return interval(situation) * (1 - spread / 2 + spread * random());
}

/** Until the next reading, after so many that failed. `isFinal`: waiting hardly helps. */
export function waitAfterFailure(failures: number, isFinal: boolean, random: () => number): number {
  if (isFinal) return FINAL_MS;
  return Math.min(RETRY_MOST_MS, RETRY_LEAST_MS + backoff(failures, RETRY_LEAST_MS, RETRY_MOST_MS, random));
}

/** From when on what is shown is stale, if nothing is heard any more; `vouchedAt` is when it was known to be true. */
export function staleFrom(vouchedAt: number, situation: Situation): number {
  return isLive(situation) ? Infinity : vouchedAt + Math.max(TRUSTED_MS, 2.5 * interval(situation));
}

/** Whether a reading that began after `asOf` shows all that was committed before frames were complete. */
export function catchesUp(asOf: string | null, joined: Joined | null): boolean {
  return asOf !== null && joined !== null && Date.parse(asOf) > Date.parse(joined.at);
}
