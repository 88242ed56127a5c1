import assert from "node:assert/strict";
import { test } from "node:test";
import type { SeatState } from "../client/types.js";
import { en } from "../words/en.js";
import { fitBox } from "./camera.js";
import { planData, venueOf } from "./fixture.js";
import { Halos } from "./halos.js";
import type { Pen } from "./pen.js";
import { pictureOf } from "./picture.js";
import { isInPicture, pixelBoxOf, SeatPainter } from "./seat-painter.js";
import { Subject } from "./subject.js";
import { light } from "./theme.js";

/** Node has none. */
class Image {
  readonly data: Uint8ClampedArray;
  constructor(readonly width: number, readonly height: number) {
    this.data = new Uint8ClampedArray(width * height * 4);
  }
}
Object.assign(globalThis, { ImageData: Image });

/** A pen that keeps what was put, as a canvas would. */
function penOf(width: number, height: number) {
  const pixels = new Uint32Array(width * height);
  const putImageData = ({ data, width: across, height: down }: Image, left: number, top: number) => {
    const put = new Uint32Array(data.buffer);
    for (let row = 0; row < down; row += 1) {
      pixels.set(put.subarray(row * across, (row + 1) * across), (top + row) * width + left);
    }
  };
  return { pixels, pen: { putImageData } as unknown as Pen };
}

function setUp() {
  const venue = venueOf();
  const subject = new Subject(venue, { theme: light, words: en, locale: "en" }, null);
  const scene = subject.scene(String);
  const size = { width: 500, height: 400 };
  const picture = pictureOf(fitBox(scene.extent, size), size, 1, scene.extent);
  return { venue, subject, scene, picture, painter: new SeatPainter(scene), ...penOf(picture.width, picture.height) };
}

const booked = (seatId: string): SeatState => ({ seatId, status: "booked", version: 2 }) as SeatState;

test("a change that is painted alone gives the same pixels as painting everything again", () => {
  const { venue, subject, scene, picture, painter, pen, pixels } = setUp();
  painter.paint(pen, picture, null);
  const before = pixels.slice();
  const seat = scene.plan.indexOf("L-1-2")!;
  venue.apply([booked("L-1-2")]);
  assert.ok(subject.states.read(seat));
  painter.paintBox(pen, picture, pixelBoxOf(scene, picture, seat)!, null);
  assert.notDeepEqual(pixels, before);
  const whole = penOf(picture.width, picture.height);
  painter.paint(whole.pen, picture, null);
  assert.deepEqual(pixels, whole.pixels);
});

test("only seats that reach into the box of a change are painted again", () => {
  const { scene, picture, painter, pen } = setUp();
  const seat = scene.plan.indexOf("L-1-2")!;
  const painted = painter.paintBox(pen, picture, pixelBoxOf(scene, picture, seat)!, null);
  assert.ok(painted.includes(seat));
  assert.ok(painted.length <= 9, `${painted.length} seats`);
});

test("a seat outside of the picture is not painted", () => {
  const { scene, picture } = setUp();
  const near = pictureOf({ x: 5, y: 5, scale: 40 }, { width: 100, height: 100 }, 1, scene.extent);
  const far = scene.plan.indexOf("R-2-4")!;
  assert.ok(isInPicture(scene, picture, far));
  assert.ok(!isInPicture(scene, near, far));
  assert.equal(pixelBoxOf(scene, near, far), null);
});

test("sections count what is free, what is ours, and what a filter leaves", () => {
  const { venue, subject: { states } } = setUp();
  assert.deepEqual([...states.free], [24, 15]);
  venue.apply([booked("L-0-0")]);
  venue.own(["L-0-1"], []);
  for (const seat of [0, 1]) states.read(seat);
  assert.deepEqual([...states.free], [22, 15]);
  assert.deepEqual([...states.own], [1, 0]);
  states.filter((seat) => venue.plan.category[seat] === 1);
  assert.deepEqual([...states.wanted], [0, 15]);
  states.readAll();
  assert.deepEqual([[...states.free], [...states.own]], [[22, 15], [1, 0]]);
});

test("a filter that asks for a state is asked again when a seat changes", () => {
  const { venue, subject: { states } } = setUp();
  states.filter((seat) => venue.look(seat) === "available");
  venue.apply([booked("L-0-0")]);
  assert.ok(states.read(0));
  assert.equal(states.dimmed[0], 1);
});

test("a seat that looks as before is no news", () => {
  const { subject: { states } } = setUp();
  assert.equal(states.read(3), false);
});

test("the same plan keeps what was worked out of it, another one does not", () => {
  const { venue, subject } = setUp();
  const { facts } = subject;
  assert.equal(subject.setVenue(venueOf()), false);
  const other = planData();
  other.layout.id = "other";
  assert.equal(subject.setVenue(venueOf(other)), true);
  assert.notEqual(subject.facts, facts);
  assert.equal(subject.setVenue(venue), true);
});

test("halos end after a second, and the oldest give way to the newest", () => {
  const halos = new Halos();
  halos.add([1, 2], 0);
  halos.add([2], 500);
  assert.deepEqual(halos.at(1_200).map(({ seat }) => seat), [2]);
  assert.ok(halos.at(1_700).length === 0 && halos.isEmpty);
  halos.add(Array.from({ length: 400 }, (_, n) => n), 2_000);
  const seats = halos.at(2_001).map(({ seat }) => seat);
  assert.ok(seats.length === 150 && seats.includes(399) && !seats.includes(0));
});
