/**
 * A shop with a server of its own, as one would put it before Holdfast: it knows its buyers by a cookie, signs their tokens,
 * takes the payment, and confirms as admin (the event says `confirmBy: "admin"`, so no buyer can).
 *
 * Node.js 20 and nothing else: HOLDFAST_URL=… HOLDFAST_JWT_SECRET=… PORT=… [EVENT=premiere] node server.mjs
 */
import { createHash, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { ask, buyerToken, HOLDFAST_URL } from "./holdfast.mjs";
import { pay, Sorry } from "./pay.mjs";

/**
 * @typedef {import("node:http").IncomingMessage} Request
 * @typedef {{ status?: number, kind?: string, body: string | Buffer }} Answer
 */

const EVENT = process.env.EVENT || "premiere";
const HOST = "127.0.0.1";
const COOKIE = "demo_shop_session";
const BODY_BYTES_MAX = 10_000;
const HTML = "text/html; charset=utf-8";
const SCRIPT = "text/javascript; charset=utf-8";
const STYLE = "text/css; charset=utf-8";

/** The page may load what this server has, and speak to Holdfast; nothing else. */
const HEADERS = {
  "content-security-policy": [
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src data:", "base-uri 'none'", "form-action 'none'",
    `connect-src 'self' ${HOLDFAST_URL} ${HOLDFAST_URL.replace(/^http/, "ws")}`, "frame-ancestors 'none'",
    "require-trusted-types-for 'script'", "trusted-types lit-html",
  ].join("; "),
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
};

/** @type {Record<string, (buyer: string, request: Request) => Promise<Answer>>} */
const ROUTES = {
  "GET /": page,
  "GET /shop.js": async () => ({ kind: SCRIPT, body: await file("shop.js") }),
  "GET /shop.css": async () => ({ kind: STYLE, body: await file("shop.css") }),
  "GET /token": async (buyer) => ({ kind: "text/plain", body: buyerToken(buyer) }),
  "POST /pay": async (buyer, request) => json(await pay({ buyer, eventId: EVENT, ...order(await bodyOf(request)) })),
};

/** @param {string} name */
const file = (name) => readFile(new URL(name, import.meta.url));

/** @param {unknown} value @returns {Answer} */
const json = (value, status = 200) => ({ status, kind: "application/json", body: JSON.stringify(value) });

/** The page, with the event as Holdfast has it: its time is told as the clocks go where it is. */
async function page() {
  const { event } = await ask("GET", `/admin/events/${encodeURIComponent(EVENT)}`);
  const when = new Intl.DateTimeFormat("en-US", { dateStyle: "full", timeStyle: "short", timeZone: event.timeZone ?? "UTC" });
  const values = { api: HOLDFAST_URL, event: EVENT, name: event.name, when: when.format(new Date(event.startsAt)) };
  const escaped = (/** @type {string} */ text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  let body = String(await file("index.html"));
  for (const [name, value] of Object.entries(values)) body = body.replaceAll(`%${name}%`, () => escaped(value));
  return { kind: HTML, body };
}

/** What `POST /pay` takes: which selection, whose it is, and the card. @param {any} body */
function order({ holdId, contact, card }) {
  const text = (/** @type {unknown} */ value) => (typeof value === "string" ? value.trim() : "");
  const [name, email, digits] = /** @type {const} */ ([text(contact?.name), text(contact?.email), text(card).replaceAll(" ", "")]);
  const wrong = (/** @type {string} */ message) => new Sorry(400, "invalid_data", message);
  if (typeof holdId !== "string" || !holdId) throw wrong("Choose your seats first.");
  if (!name || name.length > 200) throw wrong("Please tell us your name.");
  if (!/^[^\s@]+@[^\s@]+$/.test(email) || email.length > 200) throw wrong("Please check your e-mail address.");
  if (!/^\d{12,19}$/.test(digits)) throw wrong("Please check the number of your card.");
  return { holdId, contact: { name, email }, card: digits };
}

/** A body of JSON: another site's form can send anything else, but not this. @param {Request} request */
async function bodyOf(request) {
  if (!request.headers["content-type"]?.startsWith("application/json")) throw new Sorry(415, "invalid_data", "This is no JSON.");
  let text = "";
  for await (const part of request.setEncoding("utf8")) {
    text += part;
    if (text.length > BODY_BYTES_MAX) throw new Sorry(413, "invalid_data", "This is too long.");
  }
  try {
    return Object(JSON.parse(text));
  } catch {
    throw new Sorry(400, "invalid_data", "This is no JSON.");
  }
}

/** The package's modules, as they lie in `dist` once they are built. @param {string} path @returns {Promise<Answer>} */
async function moduleAt(path) {
  const name = /^\/seat-map\/([\w-]+\.js)$/.exec(path)?.[1];
  const body = name && (await file(`../dist/${name}`).catch(() => null));
  return body ? { kind: SCRIPT, body } : { status: 404, kind: "text/plain", body: "There is nothing here.\n" };
}

const server = createServer(async (request, response) => {
  const path = (request.url ?? "/").replace(/\?.*/s, "");
  const session = new RegExp(`(?:^|; )${COOKIE}=(\\w{32})(?:;|$)`).exec(request.headers.cookie ?? "")?.[1];
  const mine = session ?? randomBytes(16).toString("hex");
  // A shop on HTTPS adds Secure. Whoever knows a buyer's name does not know the cookie.
  if (!session) response.setHeader("set-cookie", `${COOKIE}=${mine}; HttpOnly; SameSite=Lax; Path=/; Max-Age=86400`);
  const buyer = `shop-${createHash("sha256").update(mine).digest("hex").slice(0, 24)}`;
  const route = ROUTES[`${request.method} ${path}`] ?? (() => moduleAt(path));
  const { status = 200, kind = HTML, body } = await route(buyer, request).catch(apology);
  response.writeHead(status, { ...HEADERS, "content-type": kind }).end(body);
});

/** @param {unknown} error @returns {Answer} */
function apology(error) {
  if (error instanceof Sorry) return json({ code: error.code, message: error.message }, error.status);
  console.error(error);
  return json({ code: "server_error", message: "Something went wrong here. Please try again in a moment." }, 500);
}

server.listen(Number(process.env.PORT ?? 0), HOST, () => {
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  console.log(`The shop is at http://${HOST}:${port}/`);
});
