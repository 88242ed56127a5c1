/** The list as it stands in a document: where the focus goes, and in which words it speaks. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Plan } from "../venue/plan.js";
import { en, type Words } from "../words/en.js";
import { area, planOf, row, seat, table, venueOf } from "./samples.js";
import { SeatList } from "./seat-list.js";
import { FakeDocument } from "./testing.js";

/** Two sections, a table of two chairs, an area. */
function hall(): Plan {
  const chairs = [0, 1].map((n) => seat(`seat_t1_${n}`, 500 + 30 * n, 0));
  const seats = [...row("A", 3, { section: "Left" }), ...row("A", 3, { section: "Right", y: 100 }), ...chairs];
  return planOf(seats, { items: [table("t1", "4", 2)], areas: [area("pit", "Pit", 100)] });
}

function listIn(context: TestContext, plan: Plan, words: Words = en, locale = "en") {
  const page = new FakeDocument();
  Object.assign(globalThis, { document: page, cancelAnimationFrame: () => {} });
  const host = page.createElement("div");
  const nothing = () => {};
  const held = { status: "held", version: 1, holdExpiresAt: "2026-11-30T12:04:00.000Z" } as const;
  const venue = venueOf(plan, [{ seatId: "Left-A-2", ...held }]);
  const list = new SeatList(host as unknown as HTMLElement, {
    venue, words, locale, nowMs: () => Date.parse("2026-11-30T12:00:00.000Z"), isReadOnly: () => false,
    chosen: nothing, focused: nothing, opened: nothing,
  });
  context.after(() => list.destroy());
  const button = (key: string) => host.all.find(({ dataset }) => dataset.group === key)!;
  return { host, list, button, focused: () => page.activeElement?.dataset.seatId };
}

test("a seat of a group that the filter leaves out can be focused, and its group is shown then", (context) => {
  const plan = hall();
  const { list, button, focused } = listIn(context, plan);
  const [left, right] = ["Left-A-2", "Right-A-1"].map((id) => plan.indexOf(id)!);
  list.setFilter((each) => plan.section[each] === plan.section[left!], () => false);
  const group = button(list.groupOf(right!)!).parent!.parent!;
  assert.equal(group.hidden, true);
  list.focusSeat(right!);
  assert.equal(focused(), "Right-A-1");
  assert.equal(group.hidden, false);
  list.focusSeat(left!);
  assert.equal(focused(), "Left-A-2");
  assert.equal(group.hidden, true, "left out again once the focus is gone");
});

/** English, each wording of it in brackets. */
const strange = Object.fromEntries(Object.entries(en).map(([name, word]) => {
  const say = word as string | ((...given: unknown[]) => string);
  return [name, typeof say === "string" ? `[${say}]` : (...given: unknown[]) => `[${say(...given)}]`];
})) as unknown as Words;

test("in other words and another locale it says what a list says that began with them, under the focus too", (context) => {
  const plan = hall();
  const { groups } = listIn(context, plan).list;
  assert.equal(groups.length, 4);
  for (const { key } of groups) {
    const [changed, fresh] = [listIn(context, plan), listIn(context, plan, strange, "de")];
    for (const { list, button } of [changed, fresh]) {
      list.openGroup(key);
      button(key).focus();
    }
    assert.notDeepEqual(changed.host.said, fresh.host.said);
    changed.list.setWords(strange, "de");
    assert.deepEqual(changed.host.said, fresh.host.said, key);
  }
});
