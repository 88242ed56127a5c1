import assert from "node:assert/strict";
import { test } from "node:test";
import {
  between, clampCamera, fitBox, limitsOf, panCamera, toPlan, toView, viewBox, zoomAt,
  type Camera,
} from "./camera.js";
import { Cameraman } from "./cameraman.js";

const EXTENT = { x: 0, y: 0, width: 1000, height: 500 };
const SIZE = { width: 800, height: 600 };
const SEATS = { usual: 10, least: 10 };
const LIMITS = limitsOf(EXTENT, SIZE, SEATS);

function assertNear(actual: number, expected: number, message?: string): void {
  assert.ok(Math.abs(actual - expected) < 1e-6, message ?? `${actual} is not ${expected}`);
}

test("a box is shown as large as it fits, in the middle, with some room around it", () => {
  const camera = fitBox(EXTENT, SIZE, 20);
  assert.deepEqual([camera.x, camera.y], [500, 250]);
  assertNear(camera.scale, 760 / 1000);
});

test("what is in the view and back again is the same point", () => {
  const camera = { x: 123, y: 77, scale: 2.5 };
  const at = toView(camera, SIZE, toPlan(camera, SIZE, { x: 10, y: 590 }));
  assertNear(at.x, 10);
  assertNear(at.y, 590);
});

for (const factor of [0.5, 1.3, 4]) {
  test(`zooming by ${factor} keeps the point under the pointer`, () => {
    const camera = { x: 400, y: 200, scale: 3 };
    const at = { x: 640, y: 90 };
    const before = toPlan(camera, SIZE, at);
    const after = toPlan(zoomAt(camera, factor, at, SIZE, LIMITS), SIZE, at);
    assertNear(after.x, before.x);
    assertNear(after.y, before.y);
  });
}

test("zooming ends at the limits", () => {
  const camera = { x: 400, y: 200, scale: 3 };
  assert.equal(zoomAt(camera, 1000, { x: 0, y: 0 }, SIZE, LIMITS).scale, LIMITS.max);
  assert.equal(zoomAt(camera, 0.001, { x: 0, y: 0 }, SIZE, LIMITS).scale, LIMITS.min);
});

test("the smallest seat of a plan can be made large enough to be tapped", () => {
  assert.ok(limitsOf(EXTENT, SIZE, { usual: 30, least: 2 }).max * 2 >= 24);
});

test("the plan stays in sight wherever the camera is moved", () => {
  const far = clampCamera({ x: 9_999, y: -9_999, scale: 2 }, EXTENT, SIZE, LIMITS);
  const seen = viewBox(far, SIZE);
  assert.ok(seen.x < EXTENT.width && seen.y + seen.height > 0);
});

test("a plan that is smaller than the view stays in its middle", () => {
  const camera = clampCamera({ x: 0, y: 0, scale: LIMITS.min }, EXTENT, SIZE, LIMITS);
  assert.deepEqual([camera.x, camera.y], [500, 250]);
});

test("panning shows what is further right and further down, in pixels", () => {
  assert.deepEqual(panCamera({ x: 10, y: 10, scale: 2 }, 20, 40), { x: 20, y: 30, scale: 2 });
});

test("a journey begins at one camera, ends at the other, and holds one point still", () => {
  const [from, to]: Camera[] = [{ x: 100, y: 100, scale: 1 }, { x: 300, y: 100, scale: 4 }] as [Camera, Camera];
  assert.deepEqual(between(from!, to!, 0), from);
  const end = between(from!, to!, 1);
  assertNear(end.x, 300);
  assertNear(end.scale, 4);
  // The point that both cameras show at the same place.
  const still = { x: (to!.x * to!.scale - from!.x * from!.scale) / (to!.scale - from!.scale), y: 100 };
  const place = toView(from!, SIZE, still);
  for (const t of [0.25, 0.5, 0.9]) assertNear(toView(between(from!, to!, t), SIZE, still).x, place.x);
});

function manAt(size = SIZE): Cameraman {
  const man = new Cameraman();
  man.look(EXTENT, SEATS);
  if (size.width) man.resize(size);
  return man;
}

test("a camera that was never moved shows all again when the view changes its size", () => {
  const man = manAt();
  man.resize({ width: 400, height: 300 });
  assert.ok(man.isWhole);
  assertNear(man.camera.scale, fitBox(EXTENT, { width: 400, height: 300 }).scale);
});

test("a camera that was moved keeps its middle and its scale when the view changes its size", () => {
  const man = manAt();
  man.set({ x: 400, y: 250, scale: 3 });
  man.resize({ width: 500, height: 500 });
  assert.deepEqual(man.camera, { x: 400, y: 250, scale: 3 });
});

test("a view that starts hidden is fitted once it has a size", () => {
  const man = manAt({ width: 0, height: 0 });
  assert.equal(man.size.width, 0);
  man.resize(SIZE);
  assertNear(man.camera.scale, fitBox(EXTENT, SIZE).scale);
});

test("a camera that is set while the view is hidden is there when it is shown", () => {
  const man = manAt({ width: 0, height: 0 });
  man.set({ x: 300, y: 200, scale: 4 });
  man.resize(SIZE);
  assert.deepEqual(man.camera, { x: 300, y: 200, scale: 4 });
});

test("a journey is over after its time, and a hand that moves the camera ends it", () => {
  const man = manAt();
  man.travel({ x: 300, y: 200, scale: 4 }, 0);
  man.step(100);
  assert.ok(man.isMoving && man.camera.scale > LIMITS.min && man.camera.scale < 4);
  man.step(1_000);
  assert.ok(!man.isMoving);
  assert.equal(man.camera.scale, 4);
  man.travel(man.whole(), 2_000);
  man.pan(10, 0);
  assert.ok(!man.isMoving);
});

test("presses of a zoom button add up while the camera is on its way", () => {
  const man = manAt();
  const middle = { x: SIZE.width / 2, y: SIZE.height / 2 };
  man.travel(man.zoomed(1.5, middle), 0);
  man.travel(man.zoomed(1.5, middle), 10);
  assertNear(man.destination.scale / LIMITS.min, 2.25);
});
