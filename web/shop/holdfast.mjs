/**
 * Holdfast as this shop's server speaks to it: the tokens that it signs, and the calls that it makes as an admin.
 *
 * The secret stays on the server. A browser gets nothing but its own buyer's token, which is good for five minutes.
 */
import { createHmac } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";

export const HOLDFAST_URL = (process.env.HOLDFAST_URL ?? "").replace(/\/$/, "");
const SECRET = process.env.HOLDFAST_JWT_SECRET ?? "";
if (!HOLDFAST_URL || !SECRET) throw new Error("Set HOLDFAST_URL and HOLDFAST_JWT_SECRET");

const BUYER_SECONDS = 300;
const ADMIN_SECONDS = 60;
/** Before each further attempt of a call that was not answered, or that Holdfast was too busy for. */
const PAUSES_MS = [200, 800, 2_000];

/**
 * @typedef {Record<string, any>} Data What an answer has in `data`; docs/API.md names the fields.
 */

/** What Holdfast has refused, by its code. */
export class Refused extends Error {
  /** @param {number} status @param {string} code @param {string} message */
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Nobody knows what became of a call: Holdfast was not reached, or its answer got lost. */
export class Unanswered extends Error {}

/**
 * How far Holdfast's clock is ahead of this server's, as the answers say: what a clock signs that is minutes behind would be
 * over at once.
 */
let aheadMs = 0;

/** The token that the buyer's browser holds seats with. @param {string} buyer */
export const buyerToken = (buyer) => signed({ sub: buyer }, BUYER_SECONDS);

/** @param {object} claims @param {number} seconds */
function signed(claims, seconds) {
  const now = Math.floor((Date.now() + aheadMs) / 1000);
  const part = (/** @type {unknown} */ value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const text = `${part({ alg: "HS256", typ: "JWT" })}.${part({ ...claims, iat: now, exp: now + seconds })}`;
  return `${text}.${createHmac("sha256", SECRET).update(text).digest("base64url")}`;
}

/**
 * Asks Holdfast as an admin, again where it gave no answer. All that this shop asks may be asked twice: reading changes
 * nothing, a payment books once, and what is cancelled stays cancelled.
 *
 * @param {"GET" | "POST"} method
 * @param {string} path
 * @param {object} [body]
 * @returns {Promise<Data>}
 */
export async function ask(method, path, body) {
  for (const waitMs of PAUSES_MS) {
    try {
      return await askOnce(method, path, body);
    } catch (error) {
      // 401: the answer has told the time, and the next token is good.
      if (error instanceof Refused && error.status < 500 && ![401, 429].includes(error.status)) throw error;
      await pause(waitMs);
    }
  }
  return askOnce(method, path, body).catch((error) => {
    throw error instanceof Refused && error.status < 500 ? error : new Unanswered(String(error));
  });
}

/** @param {string} method @param {string} path @param {object | undefined} body @returns {Promise<Data>} */
async function askOnce(method, path, body) {
  const token = signed({ sub: "demo-shop", roles: ["admin"] }, ADMIN_SECONDS);
  const response = await fetch(`${HOLDFAST_URL}/seat-booking${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });
  aheadMs = Date.parse(response.headers.get("date") ?? "") - Date.now() || 0;
  const answer = /** @type {Data} */ (await response.json());
  if (!response.ok) throw new Refused(response.status, answer.code, answer.message);
  return answer.data;
}
