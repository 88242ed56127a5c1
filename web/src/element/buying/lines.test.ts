/** What is held, in lines. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { area, planOf, row, venueOf } from "../../list/samples.js";
import { en } from "../../words/en.js";
import { linesOf, lineText, typesOf } from "./lines.js";

const speech = { words: en, locale: "en", timeZone: "UTC" };
const ticketTypes = [{ id: "adult", name: "Adult", prices: {} }, { id: "child", name: "Child", prices: { lower: 60 } }];
const venue = venueOf(planOf(row("A", 3, { section: "101" }), { areas: [area("field", "Field", 10)] }), [], { ticketTypes });

const seat = (seatId: string, ticketTypeId: string, price: number) => ({ seatId, categoryId: "lower", price, ticketTypeId });

test("seats have a line each; places of an area share one for each ticket type", () => {
  const held = [seat("101-A-1", "adult", 120), seat("place_field_3", "adult", 40), seat("place_field_7", "adult", 40), seat("place_field_8", "child", 20)];
  const lines = linesOf(venue, held, speech).map((line) => [lineText(venue, line, speech), line.seatIds]);
  assert.deepEqual(lines, [
    ["Section 101, row A, seat 1 · Adult · €120.00", ["101-A-1"]],
    ["2 × Field · Adult · €40.00", ["place_field_3", "place_field_7"]],
    ["1 × Field · Child · €20.00", ["place_field_8"]],
  ]);
});

test("of each ticket type it is said what it costs for the seat's category", () => {
  assert.deepEqual(typesOf(venue, "lower", speech).map(({ text }) => text), ["Adult · €120.00", "Child · €60.00"]);
});
