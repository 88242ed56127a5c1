/** The pages of docs/html.md, and the five lines of the README. */
import assert from "node:assert/strict";
import { eventually } from "../eventually.js";
import type { Shop } from "../shop.js";
import { buyer, house, STACK, token } from "../stack.js";
import { moduleOf } from "./bundle.js";
import type { Claims, Scene } from "./scene.js";

/** A press of the element's own button, on which it dispatches `checkout`. */
const goOn = (shop: Shop) => shop.part("basket").getByRole("button", { name: "Continue" }).click();

/** A page that prevents `checkout` goes to where the buyer pays, and holds the seats meanwhile. */
async function takesOver(scene: Scene): Promise<{ shop: Shop; holdId: string }> {
  const shop = await scene.open(scene.snippet("html"));
  await shop.openSection("Stalls");
  await shop.seat("A1").click();
  await shop.showsAsMine("A1");
  const { holdId } = await shop.selection();
  scene.serve(`/pay/${holdId}`, "<!doctype html><title>Pay</title>", { "content-type": "text/html" });
  await goOn(shop);
  await eventually("the page to pay on", () => shop.page.title(), "Pay");
  assert.ok(shop.page.url().endsWith(`/pay/${holdId}`));
  assert.deepEqual(await scene.buyer.held(scene.event), ["A1"]);
  return { shop, holdId: holdId! };
}

export const html: Claims = {
  "README.md: The seat map": {
    claim: "the first lines, pasted, sell seats",
    async show(scene) {
      const shop = await scene.open(scene.snippet("html"));
      await shop.openSection("Stalls");
      await shop.seat("A1").click();
      await shop.showsAsMine("A1");
      await goOn(shop);
      await eventually("the element's own last step", () => shop.part("dialog").isVisible(), true);
      await shop.call("confirm");
      assert.equal((await shop.heard("booked")).length, 1);
    },
  },
  "docs/html.md: With attributes alone": {
    claim: "attributes alone sell up to four seats, and without a token the map only shows",
    async show(scene) {
      const shop = await scene.open(scene.snippet("html"));
      await shop.call("hold", ["A1", "A2", "A3", "A4"]);
      await assert.rejects(shop.call("hold", ["A5"]), { code: "limit_exceeded" });
      const onlookers = await scene.open(scene.snippet("html").replace(/ token="[^"]+"/, ""));
      await onlookers.openSection("Stalls");
      await onlookers.shows("A1", "held");
      await assert.rejects(onlookers.call("hold", ["A5"]), { code: "unauthorized" });
    },
  },
  "docs/html.md: With a token from the shop's server": {
    claim: "the shop's server signs tokens, and the map asks for another when one has run out",
    async show(scene) {
      process.env.HOLDFAST_JWT_SECRET = STACK.secret;
      const { holdfastToken } = await moduleOf(scene.snippet("js"));
      scene.serve("/holdfast-token", token(scene.buyer.sub, { seconds: 2 }), { "content-type": "text/plain" });
      const shop = await scene.open(scene.snippet("html"));
      scene.serve("/holdfast-token", holdfastToken(scene.buyer.sub), { "content-type": "text/plain" });
      await shop.page.waitForTimeout(2_500);
      await shop.call("hold", ["A1"]);
      assert.deepEqual(await scene.buyer.held(scene.event), ["A1"]);
    },
  },
  "docs/html.md: In a form": {
    claim: "the form sends the hold and its seats, and nothing where nothing is held",
    async show(scene) {
      const sent: URLSearchParams[] = [];
      scene.server.serve(`${scene.folder}/order`, {
        body: "<!doctype html><title>Thank you</title>",
        headers: { "content-type": "text/html" },
        received: (body) => void sent.push(new URLSearchParams(body)),
      });
      for (const seatIds of [[], ["A1", "A2"]]) {
        const shop = await scene.open(scene.snippet("html"));
        if (seatIds.length) await shop.call("hold", seatIds);
        const { holdId } = await shop.selection();
        await shop.page.getByLabel("E-mail").fill("ann@shop.example");
        await shop.page.getByRole("button", { name: "Order" }).click();
        await eventually("it is sent", () => shop.page.title(), "Thank you");
        const seats = sent.at(-1)!.get("seats");
        assert.deepEqual(seats && JSON.parse(seats), seatIds.length ? { holdId, seatIds } : null);
      }
      assert.equal(sent.at(-1)!.get("email"), "ann@shop.example");
    },
  },
  "docs/html.md: With a checkout of your own": {
    claim: "the page takes the buyer over, and the shop's server books once what was paid, and no seat that was added meanwhile",
    event: { rules: { confirmBy: "admin" } },
    async show(scene) {
      const { shop } = await takesOver(scene);
      await assert.rejects(scene.buyer.ask("POST", "/confirm", { eventId: scene.event }), /403 forbidden/);
      const { held, book } = await moduleOf(scene.snippet("js"));
      const { token: asHouse } = house();
      const { seatIds, totalAmount: amount } = await held(scene.buyer.sub, asHouse);
      await scene.buyer.hold(scene.event, ["A2"]);
      const payment = { buyerId: scene.buyer.sub, email: "ann@shop.example", paymentId: scene.event, seatIds, amount };
      const [first, again] = [await book(payment, asHouse), await book(payment, asHouse)];
      assert.equal(again.bookingId, first.bookingId);
      assert.deepEqual([first.totalAmount, await scene.buyer.held(scene.event)], [150, ["A2"]]);
      const other = { ...payment, paymentId: `${scene.event}-2`, seatIds: ["A2"], amount: 1 };
      assert.equal(await book(other, asHouse), null);
      await assert.rejects(book(other, asHouse), { status: 409, code: "payment_failed" });
      await shop.page.evaluate(() => history.back());
      await eventually("back on the page", () => shop.page.title().catch(() => ""), "Tonight");
      await shop.openSection("Stalls");
      await shop.shows("A1", "booked");
    },
  },
  "docs/html.md: With buttons of your own": {
    claim: "a page's own button holds two seats side by side, focuses the first and says the sum",
    async show(scene) {
      const shop = await scene.open(scene.snippet("html"));
      await shop.page.getByRole("button", { name: "Two good seats" }).click();
      const said = () => shop.page.locator("output").textContent();
      await eventually("the sum", said, "2 seats, 300 USD");
      const [first] = await shop.held();
      await eventually("the first seat has the focus", () => shop.page.evaluate(() =>
        document.activeElement?.shadowRoot?.activeElement?.getAttribute("data-seat-id")), first);
      const others = seatsBut(await shop.held());
      await buyer("bob").hold(scene.event, others.slice(0, 50));
      await buyer("cleo").hold(scene.event, others.slice(50));
      await shop.page.getByRole("button", { name: "Two good seats" }).click();
      await eventually("nothing is left", said, "Nothing is left");
    },
  },
};

/** The theatre's seats without these. */
function seatsBut(seatIds: readonly string[]): string[] {
  const all = ["A", "B", "C", "D", "E", "F"].flatMap((row) => Array.from({ length: 10 }, (_, n) => `${row}${n + 1}`));
  return all.filter((id) => !seatIds.includes(id));
}
