/** What an answer over HTTP brings: its data, or why there is none. */
import { Refused, Unanswered } from "./errors.js";
import type { ErrorCode } from "./types.js";

interface Envelope {
  success: boolean;
  code?: ErrorCode;
  message?: string;
  data?: Record<string, unknown>;
}

/** Codes for answers that are not the API's own, but those of what stands before it. */
const CODES: Record<number, ErrorCode> = { 401: "unauthorized", 403: "forbidden", 404: "not_found", 429: "throttled" };

/** Opens the envelope. Throws `Refused` for a no, and `Unanswered` where the server could not say what it did. */
export function open(response: Response, body: unknown): unknown {
  const retryAfterSeconds = readRetryAfter(response.headers.get("retry-after"));
  if (isEnvelope(body)) {
    if (body.success) return body.data;
    // Busy, or what became of the request is not known yet.
    if (response.status === 503) throw new Unanswered("no_answer", { retryAfterSeconds });
    const { code = "server_error", message = code, data = {} } = body;
    throw new Refused(code, message, { data, status: response.status, retryAfterSeconds });
  }
  if (response.status >= 500 || response.ok) throw new Unanswered("no_answer", { retryAfterSeconds });
  const { status } = response;
  throw new Refused(CODES[status] ?? "invalid_data", `HTTP ${status}`, { status, retryAfterSeconds });
}

function isEnvelope(body: unknown): body is Envelope {
  return typeof (body as Envelope | null)?.success === "boolean";
}

function readRetryAfter(header: string | null): number | undefined {
  const seconds = Number(header ?? NaN);
  return seconds >= 0 ? seconds : undefined;
}

/** The body as JSON; null where it is none. */
export async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
