/** What happens elsewhere, and what happens to the connection. */
import assert from "node:assert/strict";
import { describe } from "node:test";
import { eventually, pause } from "./eventually.js";
import { Front } from "./front.js";
import { theatre } from "./layouts.js";
import { OwnStack } from "./own-stack.js";
import type { Shop } from "./shop.js";
import { buyer, putOnSale } from "./stack.js";
import { claim, CONCURRENCY } from "./stage.js";

/** Longer than the pauses between attempts to connect. */
const RECOVERY_MS = 20_000;

const isOnline = ({ online, stale }: { online: boolean; stale: boolean }) => online && !stale;

/** Waits until the last status that was told is this one. */
async function becomes(shop: Shop, online: boolean): Promise<void> {
  const last = async () => (await shop.heard("status")).at(-1);
  await eventually(`online: ${online}`, async () => {
    const status = await last();
    return status !== undefined && (online ? isOnline(status) : !status.online);
  }, true, RECOVERY_MS);
}

describe("following", { concurrency: CONCURRENCY }, () => {
  claim("what others do shows within a moment", async (stage) => {
    const event = await putOnSale(theatre());
    const { shop } = await stage.visitor(event);
    await shop.openSection("Circle");
    const bob = buyer("bob");
    await bob.hold(event, ["D1", "D2"]);
    await shop.shows("D1", "held", 3_000);
    await bob.ask("POST", "/confirm", { eventId: event, seatIds: ["D1"], contactInfo: { email: "bob@shop.example" } });
    await shop.shows("D1", "booked", 3_000);
    await bob.release(event);
    await shop.shows("D2", "available", 3_000);
  });

  claim("paused, the page stays as it is until it is told to go on", async (stage) => {
    const event = await putOnSale(theatre());
    const { shop } = await stage.visitor(event);
    await shop.openSection("Stalls");
    const pauses = shop.page.locator("seat-map").getByRole("button", { name: /pause/i });
    await pauses.click();
    await buyer("bob").hold(event, ["A2"]);
    await pause(2_000);
    assert.equal(await shop.status("A2"), "available");
    await shop.call("hold", ["A1"]);
    await shop.showsAsMine("A1");
    await pauses.click();
    await shop.shows("A2", "held");
  });

  claim("a refresh keeps the selection", async (stage) => {
    const event = await putOnSale(theatre());
    const { shop } = await stage.visitor(event);
    await shop.call("hold", ["A1", "A2"]);
    const before = await shop.selection();
    await shop.page.reload();
    await shop.ready();
    await eventually("the same selection", () => shop.held(), ["A1", "A2"]);
    assert.deepEqual(await shop.selection(), before);
    await shop.openSection("Stalls");
    await shop.showsAsMine("A2");
  });

  claim("a second tab and another device of the same buyer see the hold and its end", async (stage) => {
    const event = await putOnSale(theatre());
    const window = await stage.window();
    const ann = buyer("ann");
    const first = await stage.shop({ event, buyer: ann, window });
    await first.call("hold", ["A1"]);
    const others = [await stage.shop({ event, buyer: ann, window }), await stage.shop({ event, buyer: ann })];
    for (const other of others) {
      await other.openSection("Stalls");
      assert.deepEqual(await other.held(), ["A1"]);
      await other.showsAsMine("A1");
    }
    await first.call("hold", ["A2"]);
    for (const other of others) {
      await other.showsAsMine("A2");
      assert.deepEqual(await other.held(), ["A1", "A2"]);
    }
    await first.call("release", ["A1"]);
    for (const other of others) {
      await other.showsAsMine("A1", false);
      await eventually("one is left", () => other.held(), ["A2"]);
    }
    assert.deepEqual(await others[0]!.heard("seat-lost"), [], "what the first tab gives up is not lost");
  });

  claim("offline is told, and back online everything is as it is", async (stage) => {
    const event = await putOnSale(theatre());
    const { shop, buyer: ann } = await stage.visitor(event);
    await shop.openSection("Stalls");
    await shop.call("hold", ["A1"]);
    await shop.page.context().setOffline(true);
    await becomes(shop, false);
    await assert.rejects(shop.call("hold", ["A2"]));
    await buyer("bob").hold(event, ["A3"]);
    await ann.release(event, ["A1"]);
    await shop.page.context().setOffline(false);
    await becomes(shop, true);
    await shop.shows("A3", "held");
    await eventually("what was given up meanwhile is gone", () => shop.held(), []);
    await shop.call("hold", ["A2"]);
    assert.deepEqual(await ann.held(event), ["A2"]);
  });

  claim("a connection that breaks is made again, and nothing is missed", async (stage) => {
    const event = await putOnSale(theatre());
    const front = await Front.start();
    stage.atEnd(() => front.stop());
    const { shop } = await stage.visitor(event, { front });
    await shop.openSection("Stalls");
    await shop.call("hold", ["A1"]);
    front.cut();
    await becomes(shop, false);
    await buyer("bob").hold(event, ["A2"]);
    await pause(1_000);
    front.mend();
    await becomes(shop, true);
    await shop.shows("A2", "held");
    assert.deepEqual(await shop.held(), ["A1"]);
    assert.deepEqual(await shop.heard("seat-lost"), []);
    await buyer("cleo").hold(event, ["A4"]);
    await shop.shows("A4", "held");
    await shop.call("hold", ["A5"]);
  });

  claim("a server that is killed and started again is followed on, with the hold as it was", async (stage) => {
    const stack = await OwnStack.start();
    stage.atEnd(() => stack.stop());
    const event = await putOnSale(theatre(), {}, stack);
    const ann = buyer("ann", stack);
    const shop = await stage.shop({ event, buyer: ann, attributes: { api: stack.base } });
    await shop.openSection("Stalls");
    await shop.call("hold", ["A1"]);
    await stack.kill();
    await becomes(shop, false);
    await stack.startAgain();
    await becomes(shop, true);
    assert.deepEqual(await shop.held(), ["A1"]);
    await buyer("bob", stack).hold(event, ["A2"]);
    await shop.shows("A2", "held");
    await shop.call("hold", ["A3"]);
    assert.deepEqual([await shop.held(), await ann.held(event)], [["A1", "A3"], ["A1", "A3"]]);
  }, 120_000);
});

describe("time", { concurrency: CONCURRENCY }, () => {
  claim("a hold that ends is announced before, ends on the second, and is free for everyone", async (stage) => {
    const event = await putOnSale(theatre());
    const ann = buyer("ann");
    const other = await stage.shop({ event });
    await other.openSection("Stalls");
    await ann.hold(event, ["A1"], 0.4);
    const shop = await stage.shop({ event, buyer: ann });
    await shop.openSection("Stalls");
    const { expiresAt } = await shop.selection();
    await shop.hears("hold-expiring", ({ secondsLeft }) => secondsLeft > 0 && secondsLeft <= 24);
    assert.equal(await shop.part("timer").isVisible(), true);
    await other.shows("A1", "held");
    await shop.hears("hold-expired", () => true, 30_000);
    const late = Date.now() - Date.parse(expiresAt!);
    assert.ok(late > -500 && late < 3_000, `${late} ms after the end`);
    assert.deepEqual([await shop.held(), (await shop.selection()).totalAmount], [[], 0]);
    await shop.showsAsMine("A1", false);
    await Promise.all([shop, other].map((each) => each.shows("A1", "available")));
    assert.deepEqual(await shop.heard("seat-lost"), []);
    assert.equal((await shop.heard("hold-expired")).length, 1);
  });

  for (const [what, hours] of [["slow", -2], ["fast", 2]] as const) {
    claim(`a browser whose clock is ${Math.abs(hours)} hours ${what} counts by the server's`, async (stage) => {
      const event = await putOnSale(theatre());
      const ann = buyer("ann");
      await ann.hold(event, ["A1"], 0.2);
      const window = await stage.window();
      await window.addInitScript({
        content: `const shift = ${hours} * 3_600_000, now = Date.now, { timeOrigin } = performance;
          Date.now = () => now() + shift;
          Object.defineProperty(performance, "timeOrigin", { value: timeOrigin + shift });`,
      });
      const shop = await stage.shop({ event, buyer: ann, window });
      assert.deepEqual(await shop.held(), ["A1"]);
      await shop.hears("hold-expiring", ({ secondsLeft }) => secondsLeft > 0 && secondsLeft <= 12);
      await shop.hears("hold-expired", () => true, 20_000);
      await shop.openSection("Stalls");
      await shop.shows("A1", "available");
    });
  }
});
