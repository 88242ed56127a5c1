/** Why something did not work: the server said no, or nobody knows what the server did. */
import type { ErrorCode } from "./types.js";

export interface RefusedOptions {
  data?: Record<string, unknown>;
  /** Of HTTP; 0 where it came over the socket. */
  status?: number;
  retryAfterSeconds?: number | undefined;
  cause?: unknown;
}

/** An answer that says no. What was asked for has not happened. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly data: Record<string, unknown>;
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;

  constructor(readonly code: ErrorCode, message: string, options: RefusedOptions = {}) {
    super(message, { cause: options.cause });
    this.data = options.data ?? {};
    this.status = options.status ?? 0;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/**
 * No answer came: `offline` where none could, `no_answer` where the server was silent or broken. What was asked for may
 * have happened all the same.
 */
export class Unanswered extends Error {
  override readonly name = "Unanswered";
  readonly data: Record<string, unknown> = {};
  readonly retryAfterSeconds: number | undefined;

  constructor(readonly code: "offline" | "no_answer", options: Pick<RefusedOptions, "cause" | "retryAfterSeconds"> = {}) {
    super(code, { cause: options.cause });
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** Whether waiting cannot help: the event does not exist, or its name is none. */
export const isFinal = (error: unknown): error is Refused =>
  error instanceof Refused && (error.status === 404 || error.status === 400);
