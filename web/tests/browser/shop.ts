/**
 * A shop's page with the element in it, in a window of its own, driven by the element's public face alone.
 *
 * The page has the API's own origin, and whatever headers a test wants. What the element tells is recorded by the document,
 * to which all its events bubble.
 */
import type { BrowserContext, Page } from "playwright-core";
import { eventually } from "./eventually.js";
import { EVENTS, type EventName, type Face, type Heard, type Method, type Selection } from "./face.js";
import { front, type Front } from "./front.js";
import { freshId, type Person } from "./stack.js";

export interface ShopOptions {
  event?: string;
  /** Whose token the element has; none without. */
  buyer?: Person;
  /** Attributes besides `event-id` and `token`; an empty text for one that is only there or not. */
  attributes?: Record<string, string>;
  /** What stands around the element's tag. */
  body?: (seatMap: string) => string;
  /** A script of the page's own, which runs before the element is defined. */
  script?: string;
  styles?: string;
  headers?: Record<string, string>;
  /** The server that has the page, where it is not the shared one. */
  front?: Front;
  /** False for a page on which the element does not become ready by itself. */
  isReady?: boolean;
}

/** `console` says of every 409 that a resource failed to load: that is no fault of a page. */
const ORDINARY = /^(Failed to load resource|WebSocket connection to)/;

const READY_MS = 15_000;

const STYLES = "body { margin: 0; font-family: sans-serif }";

/** Runs before anything else of each page. `__name` is what the compiler of the tests leaves in functions for pages. */
const RECORDER = `
  globalThis.__name = (value) => value;
  globalThis.heard = [];
  for (const type of ${JSON.stringify(EVENTS)}) {
    document.addEventListener(type, (event) => heard.push({ type, detail: structuredClone(event.detail) }));
  }
  addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sample }) =>
    console.error("policy:", violatedDirective, blockedURI, sample));
`;

export class Refused extends Error {
  constructor(readonly code: string, message: string, readonly data: unknown) {
    super(`${code}: ${message}`);
  }
}

export class Shop {
  /** What should not have been said on the console, and exceptions that nobody caught. */
  readonly faults: string[] = [];
  readonly sockets: { url: string; isClosed(): boolean }[] = [];

  private constructor(readonly page: Page, readonly address: string) {
    page.on("pageerror", (error) => this.faults.push(String(error.stack ?? error)));
    page.on("console", (message) => {
      if (message.type() === "error" && !ORDINARY.test(message.text())) this.faults.push(message.text());
    });
    page.on("websocket", (socket) => this.sockets.push({ url: socket.url(), isClosed: () => socket.isClosed() }));
  }

  static async open(context: BrowserContext, options: ShopOptions): Promise<Shop> {
    const shop = await Shop.at(context, serve(options.front ?? (await front()), options));
    if (options.isReady !== false) await shop.ready();
    return shop;
  }

  /** Any page with the element in it. */
  static async at(context: BrowserContext, address: string): Promise<Shop> {
    const page = await context.newPage();
    const shop = new Shop(page, address);
    await page.addInitScript({ content: RECORDER });
    await page.goto(address);
    return shop;
  }

  async ready(): Promise<void> {
    await this.page.evaluate(async (patienceMs) => {
      await customElements.whenDefined("seat-map");
      const late = new Promise((_, reject) => {
        setTimeout(() => reject(new Error("the element does not become ready")), patienceMs);
      });
      await Promise.race([document.querySelector<Face>("seat-map")!.ready, late]);
    }, READY_MS);
  }

  /** Calls a method of the element; a rejection becomes `Refused`. */
  async call(method: Method, ...args: readonly unknown[]): Promise<any> {
    const outcome = await this.page.evaluate(async ([name, given]) => {
      const element = document.querySelector("seat-map") as unknown as Record<string, (...all: unknown[]) => Promise<unknown>>;
      try {
        return { value: await element[name]!(...given) };
      } catch (error) {
        const { code, message, data } = error as { code?: string; message?: string; data?: unknown };
        return { code: String(code), message: String(message), data };
      }
    }, [method, args] as const);
    if ("value" in outcome) return outcome.value;
    throw new Refused(outcome.code, outcome.message, outcome.data);
  }

  selection(): Promise<Selection> {
    return this.page.evaluate(() => structuredClone(document.querySelector<Face>("seat-map")!.selection));
  }

  /** The ids of what this buyer holds, as the element says it. */
  async held(): Promise<string[]> {
    return (await this.selection()).seats.map(({ seatId }) => seatId).sort();
  }

  setAttribute(name: string, value: string): Promise<void> {
    const set = ([key, text]: readonly [string, string]) => document.querySelector("seat-map")!.setAttribute(key, text);
    return this.page.evaluate(set, [name, value] as const);
  }

  // ---- What it told -------------------------------------------------------------------------------------------------

  heard(): Promise<Heard[]>;
  heard(type: EventName): Promise<any[]>;
  async heard(type?: EventName): Promise<unknown[]> {
    const all = await this.page.evaluate(() => (globalThis as unknown as { heard: Heard[] }).heard);
    return type ? all.filter((each) => each.type === type).map(({ detail }) => detail) : all;
  }

  /** Waits until an event has come for which this holds. */
  hears(type: EventName, isIt: (detail: any) => boolean = () => true, patienceMs?: number): Promise<void> {
    return eventually(`an event ${type}`, async () => (await this.heard(type)).some(isIt), true, patienceMs);
  }

  /** Forgets what was heard by now. */
  forget(): Promise<void> {
    return this.page.evaluate(() => void ((globalThis as unknown as { heard: Heard[] }).heard.length = 0));
  }

  /** All that live regions say at this moment, which a screen reader speaks. */
  said(): Promise<string> {
    return this.page.evaluate(() => {
      const regions = document.querySelector("seat-map")!.shadowRoot!.querySelectorAll("[aria-live], [role=status], [role=alert]");
      return [...regions].map((region) => region.textContent).join("|");
    });
  }

  // ---- What the list shows ------------------------------------------------------------------------------------------

  /** The button that opens and closes a section, a row or a table in the list. */
  opener(name: string | RegExp) {
    return this.part("list").locator("[aria-expanded]").filter({ hasText: name });
  }

  async openSection(name: string | RegExp): Promise<void> {
    const opener = this.opener(name).first();
    if ((await opener.getAttribute("aria-expanded")) !== "true") await opener.click();
  }

  part(name: string) {
    return this.page.locator(`seat-map [part~="${name}"]`).first();
  }

  /** A seat of the opened section. */
  seat(id: string) {
    return this.page.locator(`seat-map [data-seat-id="${id}"]`);
  }

  status(id: string): Promise<string | null> {
    return this.seat(id).getAttribute("data-status");
  }

  async isMine(id: string): Promise<boolean> {
    return (await this.seat(id).getAttribute("aria-pressed")) === "true";
  }

  shows(id: string, status: string, patienceMs?: number): Promise<void> {
    return eventually(`the list shows ${id}`, () => this.status(id), status, patienceMs);
  }

  /** What is being taken or given up is neither one's own nor not: the answer is waited for. */
  showsAsMine(id: string, isMine = true, patienceMs?: number): Promise<void> {
    const own = () => this.seat(id).getAttribute("data-own");
    return eventually(`the list shows ${id} as one's own`, own, isMine ? "mine" : null, patienceMs);
  }
}

/** Puts the page and what belongs to it on its server; the page's address. */
function serve(server: Front, options: ShopOptions): string {
  const path = `/t/${freshId()}`;
  server.serve(`${path}.js`, { body: options.script ?? "" });
  server.serve(`${path}.css`, { body: STYLES + (options.styles ?? "") });
  return server.serve(`${path}.html`, { body: markup(options, path), ...(options.headers && { headers: options.headers }) });
}

function markup(options: ShopOptions, path: string): string {
  const { event, buyer, attributes = {}, body = (seatMap) => seatMap } = options;
  const all = { ...(event && { "event-id": event }), ...(buyer && { token: buyer.token }), ...attributes };
  const escaped = (value: string) => value.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  const written = Object.entries(all).map(([name, value]) => ` ${name}="${escaped(value)}"`);
  return `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>A shop</title>
  <link rel="stylesheet" href="${path}.css">
</head>
<body>
  <main><h1>A shop</h1>${body(`<seat-map${written.join("")}></seat-map>`)}</main>
  <script src="${path}.js"></script>
  <script type="module" src="/seat-map.js"></script>
</body>
</html>`;
}
