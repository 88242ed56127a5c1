/** axe-core's rules of WCAG 2.0 to 2.2, A and AA, on every state that the element can be in. */
import assert from "node:assert/strict";
import { describe } from "node:test";
import type { BrowserContextOptions } from "playwright-core";
import { audit } from "./audit.js";
import { club, dots, hall, theatre, type Layout } from "./layouts.js";
import type { Shop } from "./shop.js";
import { buyer, putOnSale } from "./stack.js";
import { claim, CONCURRENCY } from "./stage.js";

/** Everything at once: what is scrolled away or lies under something else axe cannot judge. */
const STYLES = "seat-map { --holdfast-map-height: 1500px }";
const TALL = { width: 1280, height: 2400 };

const STATES: [string, () => Layout, (shop: Shop, event: string) => Promise<void>, BrowserContextOptions?][] = [
  ["as it begins", theatre, async () => {}],
  ["with an opened section, seats held and seats taken", theatre, sellsSome],
  ["in the dark", theatre, sellsSome, { colorScheme: "dark" }],
  ["in forced colours", theatre, sellsSome, { forcedColors: "active" }],
  ["on a phone", theatre, sellsSome, { viewport: { width: 390, height: 3000 }, hasTouch: true, isMobile: true }],
  ["in Arabic", theatre, async (shop, event) => {
    await shop.setAttribute("lang", "ar");
    await shop.page.locator("seat-map [dir=rtl]").waitFor();
    await sellsSome(shop, event);
  }],
  ["with a question about a tapped seat", () => dots(false), async (shop) => {
    const { x, y, width, height } = (await shop.part("map").boundingBox())!;
    await shop.page.touchscreen.tap(x + width / 2, y + height / 2);
    await shop.page.locator("seat-map [role=dialog]").waitFor();
  }, { viewport: { width: 390, height: 3000 }, hasTouch: true, isMobile: true }],
  ["with tables and areas", club, async (shop) => {
    await shop.openSection("Table 1");
    await shop.call("holdTable", "t1");
    await shop.openSection("Dance floor");
  }],
  ["with a divided section", hall, async (shop) => shop.openSection(/row C/i)],
  ["while details are typed", theatre, async (shop) => {
    await checksOut(shop);
    await shop.part("dialog").getByText("Who is coming").click();
  }],
  ["at the last step", theatre, goesToTheLastStep],
  ["with the booking shown", theatre, async (shop) => {
    await goesToTheLastStep(shop);
    await shop.part("dialog").getByRole("button", { name: "Book" }).click();
    await shop.part("basket").locator(".receipt").waitFor();
  }],
  ["shortly before the hold ends", theatre, async (shop) => shop.hears("hold-expiring")],
  ["after a hold was refused", theatre, async (shop, event) => {
    await buyer("bob").hold(event, ["A1"]);
    await shop.openSection("Stalls");
    await shop.seat("A1").click({ force: true });
  }],
  ["read-only", theatre, async (shop) => {
    await shop.setAttribute("read-only", "");
    await shop.openSection("Circle");
  }],
  ["before the waiting room opens", theatre, async (shop) => standsInLine(shop, { opensAt: "2031-05-01T10:00:00.000Z" }, "early")],
  ["waiting in line", theatre, async (shop) => {
    await standsInLine(shop, {}, "waiting");
    await shop.page.locator("seat-map summary").click();
  }],
  ["when the turn has come, in the dark", theatre, async (shop) => {
    await standsInLine(shop, { admitPerMinute: 6_000 }, "admitted");
  }, { colorScheme: "dark" }],
  ["once the line is left", theatre, async (shop) => {
    await standsInLine(shop, {}, "waiting");
    await shop.page.locator("seat-map summary").click();
    await shop.page.getByRole("button", { name: "Leave now" }).click();
    await shop.page.getByRole("button", { name: "Take a place" }).waitFor();
  }],
  ["offline", theatre, async (shop) => {
    await shop.page.context().setOffline(true);
    await shop.hears("status", ({ online }) => !online);
  }],
];

/** Opens the element's own checkout. */
async function checksOut(shop: Shop): Promise<void> {
  await shop.call("hold", ["A1", "B1"]);
  await shop.part("basket").getByRole("button", { name: "Continue" }).click();
  await shop.part("dialog").waitFor();
}

async function goesToTheLastStep(shop: Shop): Promise<void> {
  await checksOut(shop);
  await shop.part("dialog").getByLabel("Name", { exact: true }).fill("Ann Lee");
  await shop.part("dialog").getByLabel("E-mail").fill("ann@shop.example");
  await shop.part("dialog").getByRole("button", { name: "Next" }).click();
}

/** At an event behind a waiting room, where three came before. */
async function standsInLine(shop: Shop, room: object, wanted: string): Promise<void> {
  const event = await putOnSale(theatre(), { waitingRoom: { mode: "on", admitPerMinute: 1, ...room } });
  for (const name of ["bob", "cleo", "dan"]) await buyer(name).ask("POST", `/queue/${event}`);
  await shop.setAttribute("event-id", event);
  await shop.hears("waiting", ({ status }) => status === wanted, 20_000);
  await shop.ready();
}

async function sellsSome(shop: Shop, event: string): Promise<void> {
  await shop.openSection("Stalls");
  await shop.call("hold", ["A1", "A2", "B4"]);
  const bob = buyer("bob");
  await bob.hold(event, ["A5", "A6"]);
  await bob.ask("POST", "/confirm", { eventId: event, seatIds: ["A5"], contactInfo: { email: "bob@shop.example" } });
  await shop.shows("A5", "booked");
}

describe("axe", { concurrency: CONCURRENCY }, () => {
  for (const [name, layout, prepare, options] of STATES) {
    claim(`nothing is wrong or left open ${name}`, async (stage) => {
      const event = await putOnSale(layout());
      const ann = buyer("ann");
      if (name.includes("hold ends")) await ann.hold(event, ["A1"], 0.5);
      const window = await stage.window({ viewport: TALL, ...options });
      const shop = await stage.shop({ event, buyer: ann, window, styles: STYLES });
      await prepare(shop, event);
      assert.deepEqual(await audit(shop), []);
    });
  }
});
