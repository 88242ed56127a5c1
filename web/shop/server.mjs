/**
 * A shop with a server of its own, as one would put it before Holdfast: it knows its buyers by a cookie, signs their tokens,
 * takes the payment, and confirms as admin (the event says `confirmBy: "admin"`, so no buyer can).
 *
 * Node.js 20 and nothing else: HOLDFAST_URL=… HOLDFAST_JWT_SECRET=… PORT=… [EVENT=premiere]
 * [HOLDFAST_WS_URL=…] node server.mjs
 */
import { createHash, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { ask, buyerToken, HOLDFAST_URL, HOLDFAST_WS_URL, Refused } from "./holdfast.mjs";
import { pay, Sorry } from "./pay.mjs";

/**
 * @typedef {import("node:http").IncomingMessage} Request
 * @typedef {{ status?: number, kind: string, body: string | Buffer }} Answer
 * @typedef {(visitor: Visitor, request: Request) => Promise<Answer>} Route
 * @typedef {{ session: string | undefined, buyer: string }} Visitor `session` is what the cookie says.
 */

const EVENT = process.env.EVENT || "premiere";
const HOST = "127.0.0.1";
const COOKIE = "demo_shop_session";
const NO_COOKIE = "This shop knows you by a cookie. Please allow it, load the page anew, and choose again.";
const BODY_BYTES_MAX = 10_000;
const HTML = "text/html; charset=utf-8";
const SCRIPT = "text/javascript; charset=utf-8";
const STYLE = "text/css; charset=utf-8";
const TEXT = "text/plain; charset=utf-8";

/** The page may load what this server has, and speak to Holdfast; nothing else. */
const HEADERS = {
  "content-security-policy": [
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src data:", "base-uri 'none'", "form-action 'none'",
    `connect-src 'self' ${new URL(HOLDFAST_URL).origin} ${new URL(HOLDFAST_WS_URL).origin}`, "frame-ancestors 'none'",
    "require-trusted-types-for 'script'", "trusted-types lit-html",
  ].join("; "),
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
};

/** By path and method; HEAD is answered as GET. @type {Record<string, Record<string, Route>>} */
const ROUTES = {
  "/": { GET: page },
  "/shop.js": { GET: async () => ({ kind: SCRIPT, body: await file("shop.js") }) },
  "/shop.css": { GET: async () => ({ kind: STYLE, body: await file("shop.css") }) },
  "/token": { GET: async ({ buyer }) => ({ kind: TEXT, body: await buyerToken(buyer) }) },
  "/pay": { POST: payment },
};

/** @param {string} name */
const file = (name) => readFile(new URL(name, import.meta.url));

/** @param {unknown} value @returns {Answer} */
const json = (value, status = 200) => ({ status, kind: "application/json", body: JSON.stringify(value) });

/** The page, with the event as Holdfast has it. @returns {Promise<Answer>} */
async function page() {
  try {
    const { event } = await ask("GET", `/admin/events/${encodeURIComponent(EVENT)}`);
    const values = { api: HOLDFAST_URL, ws: HOLDFAST_WS_URL, event: EVENT, name: event.name, when: timeOf(event) };
    let body = String(await file("index.html"));
    for (const [name, value] of Object.entries(values)) body = body.replaceAll(`%${name}%`, () => escaped(value));
    return { kind: HTML, body };
  } catch (error) {
    console.error(error);
    const isUnknown = error instanceof Refused && error.status === 404;
    const why = isUnknown ? `There is no event “${EVENT}”.` : "The box office does not answer. Please try again in a moment.";
    const body = `<!doctype html><html lang="en"><title>Grand Theater box office</title><p>${escaped(why)}</p></html>\n`;
    return { status: isUnknown ? 404 : 503, kind: HTML, body };
  }
}

/** @param {string} text */
const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** When an event is, as the clocks go where it is; in UTC where nobody knows. @param {Record<string, any>} event */
function timeOf({ startsAt, timeZone }) {
  const told = (/** @type {string} */ zone) =>
    new Intl.DateTimeFormat("en-US", { dateStyle: "full", timeStyle: "short", timeZone: zone }).format(new Date(startsAt));
  try {
    if (timeZone) return told(timeZone);
  } catch {
    // A zone that is newer than this Node.js.
  }
  return `${told("UTC")} UTC`;
}

/** @param {Visitor} visitor @param {Request} request */
async function payment({ session, buyer }, request) {
  const asked = order(await bodyOf(request));
  if (!session) throw new Sorry(400, "no_cookie", NO_COOKIE);
  return json(await pay({ buyer, eventId: EVENT, ...asked }));
}

/** What `POST /pay` takes: which selection, whose it is, and the card. @param {any} body */
function order({ holdId, total, currency, contact, card }) {
  const text = (/** @type {unknown} */ value) => (typeof value === "string" ? value.trim() : "");
  const [name, email, digits] = /** @type {const} */ ([text(contact?.name), text(contact?.email), text(card).replaceAll(" ", "")]);
  const wrong = (/** @type {string} */ message) => new Sorry(400, "invalid_data", message);
  if (typeof holdId !== "string" || !holdId) throw wrong("Choose your seats first.");
  if (typeof total !== "number" || typeof currency !== "string") throw wrong("Please load the page anew.");
  if (!name || name.length > 200) throw wrong("Please tell us your name.");
  if (!/^[^\s@]+@[^\s@]+$/.test(email) || email.length > 200) throw wrong("Please check your e-mail address.");
  if (!/^\d{12,19}$/.test(digits)) throw wrong("Please check the number of your card.");
  return { holdId, total, currency, contact: { name, email }, card: digits };
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
  return body ? { kind: SCRIPT, body } : { status: 404, kind: TEXT, body: "There is nothing here.\n" };
}

const server = createServer(async (request, response) => {
  const path = (request.url ?? "/").replace(/\?.*/s, "");
  const session = new RegExp(`(?:^|; )${COOKIE}=(\\w{32})(?:;|$)`).exec(request.headers.cookie ?? "")?.[1];
  const mine = session ?? randomBytes(16).toString("hex");
  // A shop on HTTPS adds Secure. Whoever knows a buyer's name does not know the cookie.
  response.setHeader("set-cookie", `${COOKIE}=${mine}; HttpOnly; SameSite=Lax; Path=/; Max-Age=86400`);
  const buyer = `shop-${createHash("sha256").update(mine).digest("hex").slice(0, 24)}`;
  const methods = ROUTES[path] ?? { GET: () => moduleAt(path) };
  const route = methods[request.method === "HEAD" ? "GET" : request.method ?? ""];
  if (!route) response.setHeader("allow", methods.GET ? "GET, HEAD" : "POST");
  const { status = 200, kind, body } = await (route?.({ session, buyer }, request) ?? notThatWay()).catch(apology);
  response.writeHead(status, { ...HEADERS, "content-type": kind }).end(body);
});

/** @returns {Promise<Answer>} */
const notThatWay = async () => ({ status: 405, kind: TEXT, body: "Nothing can be done here in this way.\n" });

/** @param {unknown} error @returns {Answer} */
function apology(error) {
  if (error instanceof Sorry) return json({ code: error.code, message: error.message, ...error.more }, error.status);
  console.error(error);
  return json({ code: "server_error", message: "Something went wrong here. Please try again in a moment." }, 500);
}

server.listen(Number(process.env.PORT ?? 0), HOST, () => {
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  console.log(`The shop is at http://${HOST}:${port}/`);
});
