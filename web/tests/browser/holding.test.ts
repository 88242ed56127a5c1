/** What a buyer does with seats, by the element's methods: hold, release, extend, confirm. */
import assert from "node:assert/strict";
import { describe } from "node:test";
import { eventually } from "./eventually.js";
import { club, theatre } from "./layouts.js";
import type { Refused } from "./shop.js";
import { buyer, house, putOnSale } from "./stack.js";
import { claim, CONCURRENCY } from "./stage.js";

const refused = (code: string) => (error: Refused) => error.code === code;

describe("holding", { concurrency: CONCURRENCY }, () => {
  claim("a hold shows in the selection, in the list and to everyone, and a release takes it back", async (stage) => {
    const event = await putOnSale(theatre());
    const { shop, buyer: ann } = await stage.visitor(event);
    const other = await stage.shop({ event });
    await shop.openSection("Stalls");
    await other.openSection("Stalls");

    const held = await shop.call("hold", ["A1", "B2"]);
    assert.deepEqual(held.heldSeats.sort(), ["A1", "B2"]);
    const { holdId, totalAmount, currency, seats, expiresAt } = await shop.selection();
    assert.equal(holdId, held.holdId);
    assert.deepEqual([totalAmount, currency, expiresAt], [225, "USD", held.expiresAt]);
    assert.deepEqual(seats.map(({ seatId, price }) => [seatId, price]).sort(), [["A1", 150], ["B2", 75]]);
    await shop.hears("hold-changed", (selection) => selection.seats.length === 2);
    await shop.showsAsMine("A1");
    await other.shows("A1", "held");
    assert.deepEqual(await ann.held(event), ["A1", "B2"]);

    await shop.call("release", ["A1"]);
    assert.deepEqual(await shop.held(), ["B2"]);
    await shop.showsAsMine("A1", false);
    await other.shows("A1", "available");
    await shop.call("release");
    assert.deepEqual([await shop.held(), (await shop.selection()).totalAmount, await ann.held(event)], [[], 0, []]);
  });

  claim("of two buyers who race for a seat one has it, and the other is told why not", async (stage) => {
    const event = await putOnSale(theatre());
    const racers = await Promise.all([stage.visitor(event), stage.visitor(event)]);
    await Promise.all(racers.map(({ shop }) => shop.openSection("Stalls")));
    const outcomes = await Promise.allSettled(racers.map(({ shop }) => shop.call("hold", ["A5"])));
    const winners = racers.filter((_, n) => outcomes[n]!.status === "fulfilled");
    assert.equal(winners.length, 1, JSON.stringify(outcomes));
    const [winner, loser] = [winners[0]!, racers.find((racer) => racer !== winners[0])!];
    const [failure] = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason as Refused] : []));
    assert.match(failure!.code, /^seat_(held|locked)$/);
    assert.deepEqual([await winner.shop.held(), await loser.shop.held()], [["A5"], []]);
    await loser.shop.shows("A5", "held");
    assert.equal(await loser.shop.isMine("A5"), false);
    await winner.shop.showsAsMine("A5");
  });

  claim("a hold of which one seat is taken holds none", async (stage) => {
    const event = await putOnSale(theatre());
    await buyer("bob").hold(event, ["A2"]);
    const { shop, buyer: ann } = await stage.visitor(event);
    await assert.rejects(shop.call("hold", ["A1", "A2"]), (error: Refused) => {
      assert.equal(error.code, "seat_held");
      assert.deepEqual((error.data as { conflictingSeats: string[] }).conflictingSeats, ["A2"]);
      return true;
    });
    assert.deepEqual([await shop.held(), await ann.held(event)], [[], []]);
    await shop.openSection("Stalls");
    await shop.showsAsMine("A1", false);
    await shop.shows("A1", "available");
  });

  claim("a seat that is lost leaves selection and total at once", async (stage) => {
    const event = await putOnSale(theatre());
    const { shop, buyer: ann } = await stage.visitor(event);
    await shop.openSection("Stalls");
    await shop.call("hold", ["A1", "A2"]);
    await house().ask("POST", "/release", { eventId: event, userId: ann.sub, seatIds: ["A1"] });
    await buyer("bob").hold(event, ["A1"]);
    await shop.hears("seat-lost", ({ seatId }) => seatId === "A1");
    assert.ok((await shop.heard("seat-lost"))[0].reason, "a reason");
    assert.deepEqual([await shop.held(), (await shop.selection()).totalAmount], [["A2"], 150]);
    await shop.shows("A1", "held");
    await shop.showsAsMine("A1", false);
    await shop.showsAsMine("A2");
  });

  claim("the best seats together, places of an area and a table are held in one hold", async (stage) => {
    const event = await putOnSale(club());
    const { shop } = await stage.visitor(event);
    const best = await shop.call("holdBest", { quantity: 2, categoryId: "standard" });
    assert.deepEqual([best.heldSeats.length, best.together], [2, true]);
    await shop.call("holdArea", "dance", 3);
    await shop.call("holdTable", "t2");
    await eventually("everything is selected", async () => (await shop.selection()).totalAmount, 2 * 75 + 3 * 40 + 4 * 150);
    const { seats, holdId } = await shop.selection();
    assert.equal(holdId, best.holdId);
    assert.equal(seats.filter(({ seatId }) => seatId.startsWith("place_dance_")).length, 3);
    assert.equal(seats.filter(({ seatId }) => seatId.startsWith("seat_t2_")).length, 4);
  });

  claim("a seat costs what its ticket type costs", async (stage) => {
    const ticketTypes = [{ id: "adult", name: "Adult" }, { id: "child", name: "Child", prices: { standard: 20 } }];
    const event = await putOnSale(theatre(), { ticketTypes });
    const { shop } = await stage.visitor(event);
    await shop.call("hold", ["B1", "B2"], { ticketTypes: { B2: "child" } });
    const { seats, totalAmount } = await shop.selection();
    assert.deepEqual(seats.map(({ seatId, price, ticketTypeId }) => [seatId, price, ticketTypeId]).sort(),
      [["B1", 75, "adult"], ["B2", 20, "child"]]);
    assert.equal(totalAmount, 95);
  });

  claim("a page that cancels before-hold holds nothing", async (stage) => {
    const event = await putOnSale(theatre());
    const script = `addEventListener("before-hold", (event) => event.detail.seatIds.includes("A1") && event.preventDefault());`;
    const { shop, buyer: ann } = await stage.visitor(event, { script });
    await assert.rejects(shop.call("hold", ["A1"]));
    await shop.call("hold", ["A2"]);
    assert.deepEqual([await shop.held(), await ann.held(event)], [["A2"], ["A2"]]);
  });

  claim("more seats than max-seats says are refused before anyone is asked", async (stage) => {
    const event = await putOnSale(theatre());
    const { shop, buyer: ann } = await stage.visitor(event, { attributes: { "max-seats": "2" } });
    await assert.rejects(shop.call("hold", ["A1", "A2", "A3"]), refused("limit_exceeded"));
    await shop.call("hold", ["A1", "A2"]);
    await assert.rejects(shop.call("hold", ["A3"]), refused("limit_exceeded"));
    assert.deepEqual(await ann.held(event), ["A1", "A2"]);
  });

  claim("more time is given where it is asked for", async (stage) => {
    const event = await putOnSale(theatre());
    const ann = buyer("ann");
    await ann.hold(event, ["A1"], 1);
    const shop = await stage.shop({ event, buyer: ann });
    const before = (await shop.selection()).expiresAt!;
    const extended = await shop.call("extend");
    const after = (await shop.selection()).expiresAt!;
    assert.equal(after, extended.expiresAt);
    assert.ok(Date.parse(after) - Date.parse(before) > 8 * 60_000, `${before} became ${after}`);
  });

  claim("what is confirmed is booked, and nothing is selected any more", async (stage) => {
    const event = await putOnSale(theatre());
    const { shop } = await stage.visitor(event);
    await shop.openSection("Stalls");
    await shop.call("hold", ["A1", "A2"]);
    const booking = await shop.call("confirm", { contactInfo: { email: "ann@shop.example" } });
    assert.deepEqual([booking.totalAmount, booking.seats.length], [300, 2]);
    await shop.hears("booked", ({ bookingId }) => bookingId === booking.bookingId);
    assert.deepEqual(await shop.held(), []);
    await shop.shows("A1", "booked");
    await assert.rejects(shop.call("confirm", { contactInfo: { email: "ann@shop.example" } }), refused("not_held"));
    assert.deepEqual(await shop.heard("hold-expired"), []);
    assert.deepEqual(await shop.heard("seat-lost"), []);
  });

  claim("a shop that takes payment elsewhere prevents the element's own form", async (stage) => {
    const event = await putOnSale(theatre());
    const script = `addEventListener("checkout", (event) => event.preventDefault());`;
    const own = await stage.visitor(event);
    const elsewhere = await stage.visitor(event, { script });
    for (const [{ shop }, seat] of [[own, "A1"], [elsewhere, "A2"]] as const) {
      await shop.call("hold", [seat]);
      await shop.part("basket").getByRole("button", { name: "Continue" }).click();
      await shop.hears("checkout", (selection) => selection.seats[0].seatId === seat);
    }
    await eventually("a form of the element's own", () => own.shop.part("dialog").isVisible(), true);
    assert.equal(await elsewhere.shop.part("dialog").isVisible(), false);
  });

  claim("behind a waiting room a place is taken and told, and its turn lets one hold", async (stage) => {
    const waitingRoom = { mode: "on", admitPerMinute: 60, maxActive: 1, passMinutes: 5 };
    const event = await putOnSale(theatre(), { waitingRoom });
    const first = await stage.visitor(event);
    await first.shop.hears("waiting", ({ status }) => status === "admitted", 20_000);
    const second = await stage.visitor(event);
    await second.shop.hears("waiting", ({ status, ahead }) => status === "waiting" && ahead === 0, 20_000);
    await assert.rejects(second.shop.call("hold", ["A1"]), { code: "queue_required" });
    await first.shop.call("hold", ["A1"]);
    await first.shop.call("confirm", { contactInfo: { email: "ann@shop.example" } });
    await second.shop.hears("waiting", ({ status }) => status === "admitted", 20_000);
    await second.shop.call("hold", ["A2"]);
    assert.deepEqual(await second.shop.held(), ["A2"]);
  });
});
