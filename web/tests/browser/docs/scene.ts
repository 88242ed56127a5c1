/**
 * What a snippet of the documentation is run in: an event on sale, a buyer, and the server of a shop that has what the
 * pages speak of. A snippet is run as it is printed, but for these names:
 *
 * | printed | run |
 * |---|---|
 * | `https://tickets.example/seat-map.js` | the module as the shop's own server has it |
 * | `https://tickets.example`, `wss://tickets.example` | the stack, which is another origin than the page's |
 * | `tonight` | an event of this test's own |
 * | `the-buyers-token` | a token of this test's buyer |
 * | `/holdfast-token`, `/pay/`, `/order`, `/shop.js` | the same, in a folder of this test's own |
 * | `sha384-the-hash` | the hash of the module |
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { sections, WEB, type Section, type Snippet } from "../../docs/pages.js";
import { front, type Front } from "../front.js";
import { theatre } from "../layouts.js";
import { Shop } from "../shop.js";
import { buyer, freshId, putOnSale, STACK, type Person } from "../stack.js";
import type { Stage } from "../stage.js";

export const MODULE = readFileSync(`${WEB}dist/seat-map.js`);

export class Scene {
  readonly #used = new Set<string>();

  private constructor(
    readonly stage: Stage,
    readonly section: Section,
    readonly event: string,
    readonly buyer: Person,
    readonly server: Front,
    /** Where all that this test's shop has begins. */
    readonly folder: string,
  ) {}

  /** `fields` of the event, besides those that every event has. */
  static async set(stage: Stage, section: Section, fields: object = {}): Promise<Scene> {
    const scene = new Scene(stage, section, await putOnSale(theatre(), fields), buyer("ann"), await front(), `/d/${freshId()}`);
    scene.serve("/holdfast-token", scene.buyer.token, { "content-type": "text/plain" });
    return scene;
  }

  /** The block in this language; of several, the nth. */
  snippet(language: string, n = 0): string {
    const { code } = this.section.snippets.filter((snippet) => snippet.language === language)[n]!;
    this.#used.add(code);
    return this.prepared(code);
  }

  /** Blocks that nobody has asked for. */
  untouched(): Snippet[] {
    return this.section.snippets.filter(({ code }) => !this.#used.has(code));
  }

  /** The same shop, with another section of the documentation. */
  under(name: string): Scene {
    const section = sections().find((each) => each.name === name)!;
    return new Scene(this.stage, section, this.event, this.buyer, this.server, this.folder);
  }

  prepared(code: string): string {
    const own = ["/holdfast-token", "/pay/", "/order", "/shop.js"];
    return own.reduce((text, path) => text.replaceAll(path, this.folder + path), code)
      .replaceAll("https://tickets.example/seat-map.js", "/seat-map.js")
      .replaceAll("https://tickets.example", STACK.base)
      .replaceAll("wss://tickets.example", STACK.base.replace(/^http/, "ws"))
      .replaceAll("tonight", this.event)
      .replaceAll("the-buyers-token", this.buyer.token)
      .replaceAll("sha384-the-hash", `sha384-${createHash("sha384").update(MODULE).digest("base64")}`);
  }

  /** Puts something on the shop's server; its address. */
  serve(path: string, body: string, headers: Record<string, string> = {}): string {
    return this.server.serve(this.folder + path, { body, headers });
  }

  /** Opens a page as it is printed. A fragment becomes the body of one. */
  async open(html: string, headers: Record<string, string> = {}, isReady = true): Promise<Shop> {
    const page = html.startsWith("<!doctype") ? html : `<!doctype html><html lang="en"><title>A shop</title>${html}`;
    const shop = await Shop.at(await this.stage.window(), this.serve("/page.html", page, headers));
    this.stage.shops.push(shop);
    if (isReady) await shop.ready();
    return shop;
  }
}

/** A section's claim, and what shows it. */
export interface Claim {
  claim: string;
  /** Of the event that the section needs. */
  event?: object;
  show(scene: Scene): Promise<void>;
}

/** By the section's name. */
export type Claims = Record<string, Claim>;
