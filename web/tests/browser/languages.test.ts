/** In every language the element says all that it says, turns what reads from right to left, and sells. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { describe } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Words } from "../../src/words/en.js";
import { languages } from "../../src/words/languages.js";
import { eventually } from "./eventually.js";
import { Front } from "./front.js";
import { club, theatre } from "./layouts.js";
import { looksLike, picture } from "./picture.js";
import type { Shop } from "./shop.js";
import { buyer, putOnSale } from "./stack.js";
import { claim, CONCURRENCY, SCREENSHOTS } from "./stage.js";

const WEB = fileURLToPath(new URL("../..", import.meta.url));
/** Pictures, and places on the map, are compared of elements of one size. */
const SAME_SIZE = "seat-map { width: 1000px }";
const IN_EUROS = { currency: "EUR" };

const PRICES: Record<string, RegExp> = { ar: /75[.,]00\s€/, de: /75,00\s€/, es: /75,00\s€/, fr: /75,00\s€/ };

const wordsOf = async (language: string): Promise<Words> => (await languages[language]!()).words;

/** Waits until the list's title is this language's. */
async function speaks(shop: Shop, language: string): Promise<Words> {
  const words = language === "en" ? (await import("../../src/words/en.js")).en : await wordsOf(language);
  await eventually(`it speaks ${language}`, () => shop.part("list").locator("h2").innerText(), words.list);
  return words;
}

const button = (shop: Shop, name: string) => shop.page.locator("seat-map").getByRole("button", { name, exact: true });
const focused = (shop: Shop) => shop.page.evaluate(() =>
  (document.querySelector("seat-map")!.shadowRoot!.activeElement as HTMLElement | null)?.dataset.seatId);

describe("languages", { concurrency: CONCURRENCY }, () => {
  for (const [language, price] of Object.entries(PRICES)) {
    claim(`in ${language} it shows its words and prices, and sells`, async (stage) => {
      const event = await putOnSale(theatre(), IN_EUROS);
      const { shop, buyer: ann } = await stage.visitor(event, { attributes: { lang: language } });
      const words = await speaks(shop, language);
      await shop.openSection("Stalls");
      assert.match((await shop.seat("B1").getAttribute("aria-label"))!, price);
      await shop.seat("B1").click();
      await shop.showsAsMine("B1");
      assert.deepEqual(await ann.held(event), ["B1"]);
      assert.match(await shop.part("basket").innerText(), price);
      for (const name of [words.checkout, words.zoomIn, words.showAll, words.pause]) assert.equal(await button(shop, name).count(), 1, name);
      const root = shop.page.locator("seat-map [dir]").first();
      assert.deepEqual([await root.getAttribute("lang"), await root.getAttribute("dir")], [language, words.dir]);
    });
  }

  claim("another language while it is shown changes every word, and loses neither hold, section, focus, place nor notice", async (stage) => {
    const event = await putOnSale(theatre(), IN_EUROS);
    await buyer("bob").hold(event, ["A5"]);
    const { shop } = await stage.visitor(event, { styles: SAME_SIZE, attributes: { lang: "en" } });
    await shop.call("hold", ["A1"]);
    await shop.openSection("Stalls");
    await shop.seat("A5").click({ force: true });
    await shop.call("zoomTo", "Stalls");
    await shop.seat("A2").focus();
    const before = await picture(shop);
    for (const language of ["de", "ar", "fr", "en"]) {
      await shop.setAttribute("lang", language);
      const words = await speaks(shop, language);
      assert.deepEqual([await shop.held(), await focused(shop), await shop.seat("A1").count()], [["A1"], "A2", 1]);
      await looksLike("the same picture", shop, before);
      assert.ok((await shop.page.locator("seat-map .notice").innerText()).includes(words.whyNot.seat_held), "the notice");
      assert.ok((await shop.seat("A1").getAttribute("aria-label"))!.includes(words.mine), "the seat");
      assert.ok((await shop.part("legend").innerText()).includes(words.onlyFree), "the legend");
      assert.equal(await shop.page.locator(`seat-map [aria-label="${words.map("Small theatre")}"]`).count(), 1, "the map");
    }
  });

  claim("without a language of its own it speaks that of the page around it, also through a shadow root", async (stage) => {
    const event = await putOnSale(theatre());
    const body = (map: string) => `<div lang="fr-CA" id="around">${map}</div><div lang="es" id="host"></div>`;
    const { shop } = await stage.visitor(event, { body });
    await speaks(shop, "fr");
    await shop.page.evaluate(() => void (document.querySelector<HTMLElement>("#around")!.lang = "de-AT"));
    await speaks(shop, "de");
    await shop.page.evaluate(() => document.querySelector("#around")!.removeAttribute("lang"));
    await speaks(shop, "en");
    await shop.page.evaluate(() => void (document.documentElement.lang = "de"));
    await speaks(shop, "de");
    const said = () => shop.page.evaluate(() =>
      document.querySelector("#host")!.shadowRoot!.querySelector("seat-map")!.shadowRoot!.querySelector("h2")!.textContent);
    await shop.page.evaluate(() => document.querySelector("#host")!.attachShadow({ mode: "open" }).append(document.querySelector("seat-map")!));
    await eventually("moved it speaks as its new place does", said, (await wordsOf("es")).list);
    await shop.page.evaluate(() => void (document.querySelector<HTMLElement>("#host")!.lang = "fr"));
    await eventually("and follows that", said, (await wordsOf("fr")).list);
  });

  claim("words that do not come leave it English and whole, and are asked for again", async (stage) => {
    const event = await putOnSale(theatre(), IN_EUROS);
    const window = await stage.window();
    await window.route(/\/de-\w+\.js$/, (route) => route.abort());
    const shop = await stage.shop({ event, buyer: buyer("ann"), window, attributes: { lang: "de" } });
    const words = await speaks(shop, "en");
    await shop.openSection("Stalls");
    assert.match((await shop.seat("B1").getAttribute("aria-label"))!, /€75\.00/, "numbers go with the words");
    assert.equal(await button(shop, words.zoomIn).count(), 1);
    await window.unroute(/\/de-\w+\.js$/);
    await shop.setAttribute("theme", "dark");
    await speaks(shop, "de");
    assert.deepEqual(shop.faults, []);
  });
});

describe("from right to left", { concurrency: CONCURRENCY }, () => {
  claim("words and panels turn, the plan does not: the same place is the same seat", async (stage) => {
    const event = await putOnSale(theatre());
    const english = await stage.visitor(event, { styles: SAME_SIZE });
    const place = async (shop: Shop) => ({ map: (await shop.part("map").boundingBox())!, list: (await shop.part("list").boundingBox())! });
    const press = async (shop: Shop, [x, y]: readonly [number, number]) => {
      const { map } = await place(shop);
      await shop.page.mouse.click(map.x + x, map.y + y);
    };
    const { map, list } = await place(english.shop);
    assert.ok(list.x < map.x);
    const [columns, rows] = [[0.2, 0.23, 0.26, 0.29, 0.32], [0.3, 0.36, 0.42]];
    const places = rows.flatMap((y) => columns.map((x) => [map.width * x, map.height * y] as const));
    let at = places[0]!;
    for (at of places) {
      await press(english.shop, at);
      if ((await english.shop.heard("before-hold")).length > 0) break;
    }
    await eventually("a seat on the left is held", async () => (await english.shop.held()).length, 1);
    const [seat] = await english.shop.held();
    await english.shop.call("release");

    const { shop } = await stage.visitor(event, { styles: SAME_SIZE, attributes: { lang: "ar" } });
    await speaks(shop, "ar");
    const turned = await place(shop);
    assert.ok(turned.list.x > turned.map.x, "the list is on the right");
    assert.deepEqual([turned.map.width, turned.map.height], [map.width, map.height]);
    await looksLike("the same picture", shop, await picture(english.shop));
    await press(shop, at);
    await eventually("the same seat", () => shop.held(), [seat]);
  });

  claim("arrows lead to the seat on that side, buttons move the picture to it", async (stage) => {
    const { shop } = await stage.visitor(await putOnSale(theatre()), { styles: SAME_SIZE, attributes: { lang: "ar" } });
    const words = await speaks(shop, "ar");
    await shop.openSection("Stalls");
    await shop.seat("A2").focus();
    await shop.page.keyboard.press("ArrowRight");
    assert.equal(await focused(shop), "A3");
    const [two, three] = [await shop.seat("A2").boundingBox(), await shop.seat("A3").boundingBox()];
    assert.ok(three!.x > two!.x, "which is on the right");
    const [left, right] = await Promise.all([words.panLeft, words.panRight].map((name) => button(shop, name).boundingBox()));
    assert.ok(left!.x < right!.x, "so is the button");
  });

  claim("it can be looked at", async (stage) => {
    await mkdir(SCREENSHOTS, { recursive: true });
    const { shop } = await stage.visitor("64f123456789abcd12345678", { attributes: { lang: "ar-EG" } });
    stage.atEnd(async () => void (await shop.call("release").catch(() => {})));
    await speaks(shop, "ar");
    await shop.call("holdBest", { quantity: 2 });
    await picture(shop);
    await shop.page.screenshot({ path: `${SCREENSHOTS}/arabic.png`, fullPage: true });
  });
});

describe("on a narrow phone", { concurrency: CONCURRENCY }, () => {
  for (const [language, name] of [["de", "german-phone"], ["fr", "french-phone"], ["ar", "arabic-phone"]] as const) {
    claim(`nothing is wider than the screen in ${language}`, async (stage) => {
      await mkdir(SCREENSHOTS, { recursive: true });
      const event = await putOnSale(club(), IN_EUROS);
      const window = await stage.window({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
      const shop = await stage.shop({ event, buyer: buyer("ann"), window, attributes: { lang: language } });
      await speaks(shop, language);
      await shop.call("hold", ["A1", "A2"]);
      await shop.openSection("Dance floor");
      assert.equal(await shop.page.evaluate(() => document.documentElement.scrollWidth), 360);
      await shop.page.screenshot({ path: `${SCREENSHOTS}/${name}.png`, fullPage: true });
    });
  }
});

/** English with every text between brackets, as a module in German's place. */
async function bracketed(): Promise<string> {
  const contents = `
    import { en } from "./src/words/en.ts";
    const wrap = (text) => typeof text === "string" ? "⟦" + text + "⟧"
      : typeof text === "function" ? (...given) => "⟦" + text(...given) + "⟧"
      : Object.fromEntries(Object.entries(text).map(([name, each]) => [name, wrap(each)]));
    export const words = { ...wrap(en), lang: "en", dir: "ltr" };`;
  const { outputFiles } = await build({ stdin: { contents, resolveDir: WEB, loader: "ts" }, bundle: true, format: "esm", write: false });
  return outputFiles[0]!.text;
}

/** Whatever eyes and ears meet, but for what stands between brackets. */
function outsideOfWords(shop: Shop): Promise<string[]> {
  return shop.page.evaluate(() => {
    const found: string[] = [];
    const strip = (text: string) => {
      for (let before = ""; before !== text;) [before, text] = [text, text.replaceAll(/⟦[^⟦⟧]*⟧/g, "")];
      return text;
    };
    const root = document.querySelector("seat-map")!.shadowRoot!;
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node instanceof Element) {
        const said = ["aria-label", "title", "placeholder", "alt", "aria-description", "aria-roledescription"];
        found.push(...said.flatMap((name) => (node as Element).getAttribute(name) ?? []));
      } else found.push(node.textContent!);
    }
    return [...new Set(found.map((text) => strip(text).trim()).filter((text) => /\p{L}/u.test(text)))];
  });
}

/** Names that the layout, the event and the currency gave; labels of rows and of tables, which are names too. */
const DATA = /^(VIP|Standard|Floor|Stalls|Circle|Balcony|Dance floor|Table \d|[A-F]\d*)$/;

describe("no text is left untranslated", () => {
  const STATES: [string, (shop: Shop, event: string) => Promise<void>, object?][] = [
    ["as it begins", async () => {}],
    ["with a section and an area opened, seats held, places, and a table", async (shop) => {
      await shop.call("hold", ["A1"]);
      await shop.call("holdArea", "dance", 2);
      await shop.openSection("Dance floor");
      await shop.openSection("Balcony");
      await shop.call("holdTable", "t1");
      await shop.openSection("Table 1");
    }],
    ["with notices", async (shop, event) => {
      await buyer("bob").hold(event, ["A2"]);
      await shop.openSection("Balcony");
      await shop.shows("A2", "held");
      await shop.seat("A2").click({ force: true });
      await shop.page.locator("seat-map .notice").waitFor();
    }],
    ["at the last step", async (shop) => {
      await shop.call("hold", ["A1"]);
      await shop.part("basket").locator("button.main").click();
      await shop.part("dialog").waitFor();
    }],
    ["once it is booked", async (shop) => {
      await shop.call("hold", ["A1"]);
      await shop.part("basket").locator("button.main").click();
      for (const [n, text] of [[0, "45"], [1, "a@b.example"]] as const) await shop.part("dialog").locator("label input").nth(n).fill(text);
      await shop.part("dialog").locator("button.main").click();
      await shop.part("dialog").locator(".step button.main").click();
      await shop.part("basket").locator(".receipt").waitFor();
    }],
    ["when a hold ends soon", async (shop, event) => {
      await shop.call("holdArea", "dance", 1);
      await shop.call("release");
      await shop.page.evaluate(async (eventId) => {
        const { token } = document.querySelector("seat-map")!;
        const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
        await fetch("/seat-booking/hold-seats", { method: "POST", headers, body: JSON.stringify({ eventId, seatIds: ["A1"], holdDurationMinutes: 0.9 }) });
      }, event);
      await shop.call("refresh");
      await shop.page.locator("seat-map [role=alertdialog]").waitFor();
    }],
    ["read-only", async (shop) => shop.setAttribute("read-only", "")],
    ["offline", async (shop) => {
      await shop.page.context().setOffline(true);
      await shop.hears("status", ({ online }) => !online);
    }],
    ["in the waiting room", async (shop) => shop.page.locator("seat-map .waiting").waitFor(), {
      waitingRoom: { mode: "on", admitPerMinute: 1, opensAt: "2031-05-01T00:00:00.000Z" },
    }],
  ];
  for (const [name, prepare, fields] of STATES) {
    claim(`all that is said ${name} comes out of the dictionary`, async (stage) => {
      const own = await Front.start();
      stage.atEnd(() => own.stop());
      const [module] = readdirSync(join(WEB, "dist")).filter((file) => /^de-\w+\.js$/.test(file));
      own.serve(`/${module}`, { body: await bracketed() });
      const event = await putOnSale(club(), fields);
      const { shop } = await stage.visitor(event, { front: own, attributes: { lang: "de" } });
      await eventually("it speaks in brackets", () => shop.part("list").locator("h2").innerText(), "⟦Seats⟧");
      await prepare(shop, event);
      const outside = await outsideOfWords(shop);
      assert.deepEqual(outside.filter((text) => !DATA.test(text)), []);
    });
  }
});
