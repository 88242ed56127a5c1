import assert from "node:assert/strict";
import { test } from "node:test";
import { Plan } from "../venue/plan.js";
import { detailOf, isTappable } from "./detail.js";
import { planData } from "./fixture.js";
import { meaningOf, targetAt } from "./hit.js";
import { factsOf } from "./scene.js";
import { seatCamera } from "./seat-camera.js";
import { isSame, type Target } from "./target.js";

const facts = factsOf(new Plan(planData()));
const seat = (id: string) => facts.plan.indexOf(id)!;

test("a seat comes before its table, a table before an area, an area before a section", () => {
  const data = planData();
  data.areas[0]!.shape = { x: 0, y: 0, width: 300, height: 300 };
  const all = factsOf(new Plan(data));
  assert.deepEqual(targetAt(all, { x: 205, y: 25 }, 1, "choice"), { kind: "seat", seat: seat("seat_t1_0") });
  assert.deepEqual(targetAt(all, { x: 235, y: 25 }, 1, "choice"), { kind: "table", table: 0 });
  assert.deepEqual(targetAt(all, { x: 280, y: 90 }, 1, "sections"), { kind: "area", area: 0 });
  assert.deepEqual(targetAt(all, { x: 30, y: 20 }, 1, "sections"), { kind: "area", area: 0 });
  assert.deepEqual(targetAt(facts, { x: 30, y: 20 }, 1, "sections"), { kind: "section", section: 0 });
  assert.equal(targetAt(facts, { x: 390, y: 290 }, 1, "sections"), null);
});

test("between two seats the nearer one is meant, within the slack only", () => {
  const [first, second] = [seat("L-0-0"), seat("L-0-1")];
  assert.deepEqual(targetAt(facts, { x: 10.5, y: 5 }, 2, "choice"), { kind: "seat", seat: first });
  assert.deepEqual(targetAt(facts, { x: 11.6, y: 5 }, 2, "choice"), { kind: "seat", seat: second });
  assert.equal(targetAt(facts, { x: -3, y: 5 }, 2, "choice"), null);
});

test("a turned seat is hit where it is drawn, not in the corners of the box around it", () => {
  const data = planData();
  data.seats[0]!.rotation = 45;
  const turned = factsOf(new Plan(data));
  assert.deepEqual(targetAt(turned, { x: 5, y: -1.5 }, 0.1, "choice"), { kind: "seat", seat: 0 });
  assert.equal(targetAt(turned, { x: 0.2, y: 0.2 }, 0.1, "choice"), null);
});

test("in the overview a seat without a section can still be meant, one with a section cannot", () => {
  assert.deepEqual(targetAt(facts, { x: 205, y: 25 }, 1, "sections"), { kind: "seat", seat: seat("seat_t1_0") });
  assert.equal(targetAt(facts, { x: 5, y: 5 }, 1, "sections")?.kind, "section");
});

test("a seat under 24 pixels is brought closer instead of chosen", () => {
  const target: Target = { kind: "seat", seat: 0 };
  assert.deepEqual(meaningOf(facts, target, 2.4), { kind: "choose" });
  const meaning = meaningOf(facts, target, 2.3);
  assert.ok(meaning.kind === "closer" && isTappable(10 * 2.3 * meaning.factor));
});

test("tables and areas are chosen from 24 pixels on; sections are entered at any size", () => {
  assert.equal(meaningOf(facts, { kind: "table", table: 0 }, 0.7).kind, "choose");
  assert.equal(meaningOf(facts, { kind: "table", table: 0 }, 0.5).kind, "box");
  assert.equal(meaningOf(facts, { kind: "area", area: 0 }, 0.41).kind, "choose");
  assert.equal(meaningOf(facts, { kind: "area", area: 0 }, 0.3).kind, "box");
  assert.deepEqual(meaningOf(facts, { kind: "section", section: 0 }, 9), { kind: "box", box: facts.plan.sections[0]!.box });
});

test("what is drawn follows from how large seats are", () => {
  assert.deepEqual([3, 7, 23.9, 24].map((px) => detailOf(px, true)), ["sections", "seats", "seats", "choice"]);
  assert.equal(detailOf(3, false), "seats", "a plan without sections has nothing else to show");
});

test("a seat that is seen well already is shown without moving", () => {
  const size = { width: 400, height: 400 };
  const near = { x: 5, y: 5, scale: 3 };
  assert.deepEqual(seatCamera(facts.plan, 0, near, size), near);
  const far = seatCamera(facts.plan, 0, { x: 300, y: 200, scale: 0.5 }, size);
  assert.ok(isTappable(far.scale * 10) && far.x === 5 && far.y === 5);
});

test("targets are the same where kind and index are", () => {
  assert.ok(isSame({ kind: "seat", seat: 1 }, { kind: "seat", seat: 1 }));
  assert.ok(!isSame({ kind: "seat", seat: 1 }, { kind: "table", table: 1 }));
  assert.ok(isSame(null, null) && !isSame(null, { kind: "area", area: 0 }));
});
