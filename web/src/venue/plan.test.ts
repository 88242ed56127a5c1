import assert from "node:assert/strict";
import { test } from "node:test";
import { Plan } from "./plan.js";
import { planData } from "./testing.js";

const plan = new Plan(planData());
const seat = (id: string) => plan.indexOf(id)!;

test("a seat's place is its middle", () => {
  assert.deepEqual([plan.x[seat("West-A-2")], plan.y[seat("West-A-2")]], [40, 10]);
});

test("sections have their seats and the box around them", () => {
  assert.deepEqual(plan.sections.map(({ name, seats }) => [name, seats.length]), [["West", 6], ["East", 6]]);
  assert.deepEqual(plan.sections[0]!.box, { x: 0, y: 0, width: 80, height: 50 });
});

test("a table knows its chairs, which are turned to it", () => {
  assert.deepEqual(plan.tables[0]!.seats, [seat("seat_T1_0"), seat("seat_T1_1")]);
  assert.equal(plan.table[seat("seat_T1_1")], 0);
  assert.equal(plan.table[seat("West-A-1")], -1);
  assert.deepEqual([plan.sin[seat("seat_T1_0")], plan.sin[seat("seat_T1_1")]], [1, -1]);
});

test("a seat without number and label goes by its id", () => {
  assert.equal(plan.numbers[seat("seat_T1_0")], "seat_T1_0");
  assert.equal(plan.numbers[seat("West-A-2")], "2");
});

test("a seat of a category that the plan does not name has no category's index", () => {
  const data = planData();
  data.seats[0]!.categoryId = "gone";
  assert.equal(new Plan(data).category[0], 2);
});

test("a turned seat reaches as far as its corners", () => {
  const data = planData();
  data.seats[0]!.rotation = 45;
  assert.equal(new Plan(data).reach(0), Math.hypot(20, 20) / 2);
  assert.equal(plan.reach(0), 10);
});
