import assert from "node:assert/strict";
import { test } from "node:test";
import { toView, type Camera } from "./camera.js";
import { boxOf, draftOf, isEnough, pictureOf, placeOf, ratioOf } from "./picture.js";
import { isOutgrown, Stale, type View } from "./stale.js";

const EXTENT = { x: 0, y: 0, width: 4_000, height: 3_000 };
const SIZE = { width: 800, height: 600 };
const CAMERA: Camera = { x: 2_000, y: 1_500, scale: 2 };

test("a picture reaches past the view on every side", () => {
  const box = boxOf(pictureOf(CAMERA, SIZE, 1, EXTENT));
  assert.ok(box.x < 1_800 && box.y < 1_350 && box.x + box.width > 2_200 && box.y + box.height > 1_650);
});

test("a picture does not reach far past the plan", () => {
  const { width, height } = pictureOf({ x: 2_000, y: 1_500, scale: 0.1 }, SIZE, 1, EXTENT);
  assert.ok(width <= 400 + 70 && height <= 300 + 70, `${width} × ${height}`);
});

test("no canvas is larger than phones can bear, whatever the screen", () => {
  for (const [width, height, density] of [[390, 800, 3], [1280, 800, 2], [2560, 1440, 2], [5120, 2880, 2]] as const) {
    const size = { width, height };
    const picture = pictureOf(CAMERA, size, ratioOf(size, density), { x: -1e6, y: -1e6, width: 2e6, height: 2e6 });
    assert.ok(picture.width * picture.height < 8_100_000, `${picture.width} × ${picture.height}`);
  }
});

test("more than two and a half device pixels are not drawn for a CSS pixel", () => {
  assert.equal(ratioOf(SIZE, 4), 2.5);
  assert.equal(ratioOf(SIZE, 1.5), 1.5);
});

for (const ratio of [1, 1.25, 2]) {
  test(`a point of the picture lies in the view where the camera sees it, at a density of ${ratio}`, () => {
    const picture = pictureOf(CAMERA, SIZE, ratio, EXTENT);
    for (const camera of [CAMERA, { x: 2_050, y: 1_480, scale: 3 }]) {
      const { x, y, stretch } = placeOf(picture, camera, SIZE);
      const point = { x: 1_990, y: 1_510 };
      const painted = { x: (point.x * picture.k + picture.tx) / ratio, y: (point.y * picture.k + picture.ty) / ratio };
      const seen = toView(camera, SIZE, point);
      assert.ok(Math.abs(x + painted.x * stretch - seen.x) < 1e-6);
      assert.ok(Math.abs(y + painted.y * stretch - seen.y) < 1e-6);
    }
  });
}

test("a picture is enough while it covers the view, and not when it is stretched too far", () => {
  const picture = pictureOf(CAMERA, SIZE, 1, EXTENT);
  const cases: [string, Camera, boolean][] = [
    ["where it was drawn", CAMERA, true],
    ["within its margin", { ...CAMERA, x: 2_080 }, true],
    ["beyond its margin", { ...CAMERA, x: 2_150 }, false],
    ["a little closer", { ...CAMERA, scale: 3 }, true],
    ["much closer", { ...CAMERA, scale: 5 }, false],
    ["further away than its margin", { ...CAMERA, scale: 1 }, false],
  ];
  for (const [name, camera, isIt] of cases) assert.equal(isEnough(picture, camera, SIZE, EXTENT), isIt, name);
});

test("where the plan ends, nothing has to be drawn beyond it", () => {
  const camera = { x: 100, y: 100, scale: 2 };
  const picture = pictureOf(camera, SIZE, 1, EXTENT);
  assert.ok(isEnough(picture, { ...camera, x: 20, y: 20 }, SIZE, EXTENT));
});

test("a picture is drawn again for another scale only once the camera rests", () => {
  const picture = pictureOf(CAMERA, SIZE, 1, EXTENT);
  const view: View = { camera: { ...CAMERA, scale: 2.2 }, size: SIZE, ratio: 1, detail: "seats", isResting: false };
  assert.equal(isOutgrown(picture, "seats", view, EXTENT), false);
  assert.equal(isOutgrown(picture, "seats", { ...view, isResting: true }, EXTENT), true);
});

test("a picture that was only moved is as sharp as before", () => {
  const picture = pictureOf(CAMERA, SIZE, 1, EXTENT);
  const view: View = { camera: { ...CAMERA, x: 2_040 }, size: SIZE, ratio: 1, detail: "seats", isResting: true };
  assert.equal(isOutgrown(picture, "seats", view, EXTENT), false);
});

test("sections give way to seats at once, and another density draws anew", () => {
  const picture = pictureOf(CAMERA, SIZE, 1, EXTENT);
  const view: View = { camera: CAMERA, size: SIZE, ratio: 1, detail: "seats", isResting: false };
  assert.equal(isOutgrown(picture, "sections", view, EXTENT), true);
  assert.equal(isOutgrown(picture, "choice", view, EXTENT), false);
  assert.equal(isOutgrown(picture, "seats", { ...view, ratio: 2, isResting: true }, EXTENT), true);
});

test("a draft has fewer pixels, reaches further, and will not do for a camera that rests", () => {
  const [draft, picture] = [draftOf(CAMERA, SIZE, 1, EXTENT), pictureOf(CAMERA, SIZE, 1, EXTENT)];
  assert.ok(draft.width * draft.height < picture.width * picture.height);
  assert.ok(boxOf(draft).width > boxOf(picture).width);
  const view: View = { camera: CAMERA, size: SIZE, ratio: 1, detail: "seats", isResting: false };
  assert.equal(isOutgrown(draft, "seats", view, EXTENT), false);
  assert.equal(isOutgrown(draft, "seats", { ...view, isResting: true }, EXTENT), true);
});

test("changed seats are drawn once, however often they changed", () => {
  const stale = new Stale();
  stale.noteSeats([1, 2]);
  stale.noteSeats([2, 3]);
  assert.deepEqual([...stale.takeSeats()], [1, 2, 3]);
  assert.equal(stale.takeSeats().size, 0);
});

test("counts are shown four times a second at most", () => {
  const stale = new Stale();
  stale.clear(0);
  stale.noteCounts();
  assert.equal(stale.takeCounts(100), false);
  assert.equal(stale.wait(100), 150);
  assert.equal(stale.takeCounts(250), true);
  assert.equal(stale.wait(250), Infinity);
});
