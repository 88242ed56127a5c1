/**
 * Holdfast as this shop's server speaks to it: the tokens that it signs, and the calls that it makes as an admin.
 *
 * The secret stays on the server. A browser gets nothing but its own buyer's token, which is good for five minutes.
 */
import { createHmac } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";

export const HOLDFAST_URL = (process.env.HOLDFAST_URL ?? "").replace(/\/$/, "");
/** Where its WebSocket is; `/ws` under its address, if nothing else is said. */
export const HOLDFAST_WS_URL = process.env.HOLDFAST_WS_URL || `${HOLDFAST_URL.replace(/^http/, "ws")}/ws`;
const SECRET = process.env.HOLDFAST_JWT_SECRET ?? "";
if (!HOLDFAST_URL || !SECRET) throw new Error("Set HOLDFAST_URL and HOLDFAST_JWT_SECRET");

const BUYER_SECONDS = 300;
const ADMIN_SECONDS = 60;
const ANSWER_MS = 5_000;
const CLOCK_MS = 60_000;
/** Before each further attempt of a call, while somebody waits for it. */
const BRIEF_MS = [200, 800, 2_000];
/** The same for what must be known in the end: about a quarter of an hour. */
export const PATIENT_MS = [...BRIEF_MS, ...Array(60).fill(15_000)];

/**
 * @typedef {Record<string, any>} Data What an answer has in `data`; docs/API.md names the fields.
 */

/** Holdfast has decided against it: asking again changes nothing. */
export class Refused extends Error {
  /** @param {number} status @param {string} code @param {string} message */
  constructor(status, code, message) {
    super(`${code}: ${message}`);
    this.status = status;
    this.code = code;
  }
}

/** How far Holdfast's clock is ahead of this server's, as its answers say: a token by a clock that is late is over at once. */
let aheadMs = 0;
let heardAtMs = -Infinity;

/** The token that the buyer's browser holds seats with. @param {string} buyer */
export async function buyerToken(buyer) {
  // Where Holdfast does not answer, the last known time has to do.
  if (performance.now() - heardAtMs > CLOCK_MS) await askOnce("GET", "/health").catch(() => {});
  return signed({ sub: buyer }, BUYER_SECONDS);
}

/** @param {object} claims @param {number} seconds */
function signed(claims, seconds) {
  const now = Math.floor((Date.now() + aheadMs) / 1000);
  const part = (/** @type {unknown} */ value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const text = `${part({ alg: "HS256", typ: "JWT" })}.${part({ ...claims, iat: now, exp: now + seconds })}`;
  return `${text}.${createHmac("sha256", SECRET).update(text).digest("base64url")}`;
}

/**
 * Asks Holdfast as an admin, again until it has decided; then it answers, or throws `Refused`. Any other error says that nobody
 * knows. All that this shop asks may be asked twice: reading changes nothing, a payment books once, and what is cancelled stays
 * cancelled.
 *
 * @param {"GET" | "POST"} method
 * @param {string} path
 * @param {object} [body]
 * @param {number[]} [pausesMs]
 * @returns {Promise<Data>}
 */
export async function ask(method, path, body, [pauseMs, ...pausesMs] = BRIEF_MS) {
  try {
    return await askOnce(method, path, body);
  } catch (error) {
    if (error instanceof Refused || pauseMs === undefined) throw error;
  }
  await pause(pauseMs);
  return ask(method, path, body, pausesMs);
}

/** @param {string} method @param {string} path @param {object} [body] @returns {Promise<Data>} */
async function askOnce(method, path, body) {
  const token = signed({ sub: "demo-shop", roles: ["admin"] }, ADMIN_SECONDS);
  const response = await fetch(`${HOLDFAST_URL}/seat-booking${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    signal: AbortSignal.timeout(ANSWER_MS),
    ...(body && { body: JSON.stringify(body) }),
  });
  [aheadMs, heardAtMs] = [Date.parse(response.headers.get("date") ?? "") - Date.now() || 0, performance.now()];
  const { data, code, message } = /** @type {Data} */ (await response.json());
  if (response.ok) return data;
  // Too busy, or a token by the wrong clock, which this answer has put right: nothing is decided.
  const isUndecided = response.status >= 500 || [401, 429].includes(response.status) || code === "seat_locked";
  throw isUndecided ? new Error(`${code}: ${message}`) : new Refused(response.status, code, message);
}
