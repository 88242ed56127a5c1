/** Why something did not come about, as methods reject with it and the event `failed` tells it. */
import type { ErrorCode } from "../client/types.js";

/** The engine's codes, and those of what never reached it. */
export type TroubleCode = ErrorCode | "offline" | "no_answer" | "cancelled";

/** By which a failure is known, whoever says it; undefined where it has none. */
export function codeOf(error: unknown): TroubleCode | undefined {
  return (error as { code?: TroubleCode } | null)?.code;
}

export class Trouble extends Error {
  override name = "Trouble";

  constructor(readonly code: TroubleCode, message: string, readonly data: unknown = {}) {
    super(message);
  }
}
