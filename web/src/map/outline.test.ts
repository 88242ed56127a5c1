import assert from "node:assert/strict";
import { test } from "node:test";
import { Plan } from "../venue/plan.js";
import { planData } from "./fixture.js";
import { convexHull, distanceTo, isInside, outlineOf, rowOutline } from "./outline.js";
import { widen } from "./widen.js";
import { sectionAt, sectionShapes } from "./sections.js";

const at = (x: number, y: number) => ({ x, y });

test("the hull of a square with points within is the square", () => {
  const hull = convexHull([at(0, 0), at(5, 5), at(10, 0), at(10, 10), at(0, 10), at(3, 7), at(5, 0)]);
  assert.deepEqual(new Set(hull.map(({ x, y }) => `${x} ${y}`)), new Set(["0 0", "10 0", "10 10", "0 10"]));
});

test("a hull of few points is these points", () => {
  assert.deepEqual(convexHull([at(1, 1)]), [at(1, 1)]);
  assert.equal(convexHull([at(1, 1), at(2, 2)]).length, 2);
});

test("a point is inside of a bent outline or in its bend", () => {
  const bent = [at(0, 0), at(10, 0), at(10, 10), at(8, 10), at(8, 2), at(2, 2), at(2, 10), at(0, 10)];
  assert.ok(isInside(bent, at(1, 5)));
  assert.ok(!isInside(bent, at(5, 5)));
  assert.equal(distanceTo(bent, at(1, 5)), 0);
  assert.equal(distanceTo(bent, at(5, 5)), 3);
});

test("an outline along rows has the bend that rows have", () => {
  const arc = (radius: number) => Array.from({ length: 9 }, (_, n) => {
    const angle = (n / 8) * Math.PI;
    return at(radius * Math.cos(angle), radius * Math.sin(angle));
  });
  const outline = rowOutline([arc(50), arc(60), arc(70)])!;
  assert.ok(isInside(outline, at(0, 60)));
  assert.ok(!isInside(outline, at(0, 30)), "what the first row runs around is outside");
});

test("rows that are numbered the other way round make no knot", () => {
  const outline = rowOutline([[at(0, 0), at(10, 0)], [at(10, 5), at(0, 5)], [at(0, 10), at(10, 10)]])!;
  assert.ok(isInside(outline, at(1, 5)) && isInside(outline, at(9, 5)));
});

test("where one row is a little shorter the side runs straight on, and a deep dent stays", () => {
  const row = (y: number, length: number) => [at(0, y), at(length, y)];
  const rows = [row(0, 100), row(10, 98), row(20, 100), row(30, 40), row(40, 100)];
  const outline = rowOutline(rows, 5)!;
  assert.ok(isInside(outline, at(99, 10)));
  assert.ok(!isInside(outline, at(70, 30)));
});

test("sections without rows, or with rows in disorder, get the hull of their seats", () => {
  const data = planData();
  data.seats = data.seats.map(({ rowLabel: _, ...seat }) => seat) as typeof data.seats;
  const plan = new Plan(data);
  assert.equal(outlineOf(plan, plan.sections[0]!).points.length, 4);
  const mixed = planData();
  const order = [0, 18, 6, 12, 1, 19, 7, 13, 2, 20, 8, 14, 3, 21, 9, 15, 4, 22, 10, 16, 5, 23, 11, 17];
  mixed.seats = order.map((n) => mixed.seats[n]!);
  const shuffled = new Plan(mixed);
  const { points, pad } = outlineOf(shuffled, shuffled.sections[0]!);
  for (const seat of shuffled.sections[0]!.seats) {
    assert.ok(distanceTo(points, at(shuffled.x[seat]!, shuffled.y[seat]!)) <= pad);
  }
});

test("an outline grows by its padding on every side, whichever way it runs", () => {
  const square = [at(0, 0), at(10, 0), at(10, 10), at(0, 10)];
  for (const points of [square, [...square].reverse()]) {
    const wide = widen(points, 2);
    for (const inside of [at(-1.9, 5), at(5, 11.9), at(-1.3, -1.3)]) assert.ok(isInside(wide, inside));
    for (const outside of [at(-2.1, 5), at(5, 12.1), at(-1.6, -1.6)]) assert.ok(!isInside(wide, outside));
  }
});

test("a point grows to a disc, a line to a bar with round ends", () => {
  const disc = widen([at(5, 5)], 3);
  assert.ok(isInside(disc, at(7.5, 5)) && !isInside(disc, at(8.1, 5)));
  const bar = widen([at(0, 0), at(10, 0)], 3);
  assert.ok(isInside(bar, at(12.5, 0)) && isInside(bar, at(-2.5, 0)) && isInside(bar, at(5, 2.8)));
  assert.ok(!isInside(bar, at(13.1, 0)) && !isInside(bar, at(5, 3.2)));
});

test("a bend inwards grows less than it would without the bend", () => {
  const bent = widen([at(0, 0), at(20, 0), at(20, 20), at(15, 20), at(15, 5), at(5, 5), at(5, 20), at(0, 20)], 1);
  assert.ok(isInside(bent, at(10, 5.9)) && !isInside(bent, at(10, 6.1)) && isInside(bent, at(5.9, 10)));
});

test("every seat is within its section's outline, and each section is found at its middle", () => {
  const plan = new Plan(planData());
  const shapes = sectionShapes(plan);
  for (const { edge, section, middle, index } of shapes) {
    for (const seat of section.seats) assert.ok(isInside(edge, at(plan.x[seat]!, plan.y[seat]!)));
    assert.equal(sectionAt(shapes, middle), index);
  }
  assert.equal(sectionAt(shapes, at(390, 290)), -1);
  assert.deepEqual(shapes.map(({ category }) => category), [0, 1]);
});
