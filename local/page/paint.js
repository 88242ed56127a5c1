// How seats look. Everything is drawn in the layout's own units; `px` is a seat's width on the screen.
//
// A state has its own form as well as its own colour, so that nobody has to tell colours apart.

import { colours } from "./colours.js";
import { STATES, stateOf } from "./seat.js";

const HALO_MS = 1_200;
const HALOS_MAX = 400;
const NUMBERS_FROM_PX = 22;
const LABEL_MAX = 4; // A longer seat id gives way to the seat's number.
const SQUARE = [[-0.88, -0.88], [0.88, -0.88], [0.88, 0.88], [-0.88, 0.88]];
const DIAMOND = [[0, -1], [1, 0], [0, 1], [-1, 0]];

const motion = matchMedia("(prefers-reduced-motion: reduce)");

/** Seats that look alike are painted in one go: 10,000 of them take a few milliseconds. */
export function paintSeats(pen, venue, scale) {
  for (const { state, colour, seats } of groups(venue)) PAINTERS[state](pen, seats, seats[0].w * scale, colour);
}

/** One seat of a state, for the legend; `place` is a free one for a wheelchair. */
export function paintSample(pen, state, size, colour = colours.soft) {
  const middle = size / 2;
  const seat = { x: middle, y: middle, w: size - 2, h: size - 2, sin: 0, cos: 1, accessible: state === "place" };
  PAINTERS[state === "place" ? "available" : state](pen, [seat], size, colour);
}

function groups(venue) {
  const found = new Map();
  for (const seat of venue.seats.values()) {
    const state = stateOf(seat);
    const colour = state === "available" ? (seat.category?.color ?? colours.soft) : "";
    const key = state + colour;
    if (!found.has(key)) found.set(key, { state, colour, seats: [] });
    found.get(key).seats.push(seat);
  }
  return [...found.values()].sort((a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state));
}

const PAINTERS = {
  blocked(pen, seats) {
    fill(pen, seats, colours["booked-bed"], (seat) => polygon(pen, seat, SQUARE));
  },
  available(pen, seats, px, colour) {
    fill(pen, seats, colour, (seat) => polygon(pen, seat, SQUARE));
    if (px > 9) stroke(pen, seats, colours.ink, 0.1, (seat) => line(pen, seat, [-0.7, 0.8], [0.7, 0.8]));
    const places = seats.filter((seat) => seat.accessible);
    if (px > 7) stroke(pen, places, colours.ink, 0.09, (seat) => disc(pen, seat, 0.42));
  },
  held(pen, seats, px) {
    fill(pen, seats, colours.held, (seat) => polygon(pen, seat, DIAMOND));
    if (px > 9) stroke(pen, seats, colours.card, 0.1, (seat) => line(pen, seat, [-0.35, 0], [0.35, 0]));
  },
  booked(pen, seats, px) {
    fill(pen, seats, colours["booked-bed"], (seat) => polygon(pen, seat, SQUARE));
    stroke(pen, seats, colours.booked, px > 7 ? 0.14 : 0.25, (seat) => {
      line(pen, seat, [-0.6, -0.6], [0.6, 0.6]);
      line(pen, seat, [0.6, -0.6], [-0.6, 0.6]);
    });
  },
  mine(pen, seats, px) {
    fill(pen, seats, colours.ink, (seat) => disc(pen, seat, px > 9 ? 1 : 1.25));
    if (px > 5) fill(pen, seats, colours.card, (seat) => disc(pen, seat, 0.35));
  },
  bought(pen, seats, px) {
    fill(pen, seats, colours.ink, (seat) => disc(pen, seat, px > 9 ? 1 : 1.25));
    stroke(pen, seats, colours.card, 0.16, (seat) => {
      line(pen, seat, [-0.45, 0.05], [-0.1, 0.4]);
      line(pen, seat, [-0.1, 0.4], [0.5, -0.35]);
    });
  },
};

function fill(pen, seats, colour, trace) {
  pen.fillStyle = colour;
  pen.beginPath();
  seats.forEach(trace);
  pen.fill();
}

function stroke(pen, seats, colour, width, trace) {
  if (!seats.length) return;
  pen.strokeStyle = colour;
  pen.lineWidth = Math.min(seats[0].w, seats[0].h) * width;
  pen.beginPath();
  seats.forEach(trace);
  pen.stroke();
}

/** A point of a seat, from -1 to 1 across and down, where it lies once the seat is turned. */
function at(seat, [across, down]) {
  const [dx, dy] = [(across * seat.w) / 2, (down * seat.h) / 2];
  return [seat.x + dx * seat.cos - dy * seat.sin, seat.y + dx * seat.sin + dy * seat.cos];
}

// Filling closes it: closePath takes time that grows with all that the pen has traced before.
function polygon(pen, seat, [first, ...others]) {
  pen.moveTo(...at(seat, first));
  others.forEach((point) => pen.lineTo(...at(seat, point)));
}

function line(pen, seat, from, to) {
  pen.moveTo(...at(seat, from));
  pen.lineTo(...at(seat, to));
}

function disc(pen, seat, size) {
  const radius = (Math.min(seat.w, seat.h) / 2) * size;
  pen.moveTo(seat.x + radius, seat.y);
  pen.arc(seat.x, seat.y, radius, 0, 2 * Math.PI);
}

/** What is painted on the free seats that are large enough to be read. */
export function paintNumbers(pen, seats, scale) {
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillStyle = "#101814";
  for (const seat of seats) {
    if (seat.w * scale < NUMBERS_FROM_PX || seat.accessible || stateOf(seat) !== "available") continue;
    const text = seat.id.length <= LABEL_MAX ? seat.id : String(seat.number ?? "");
    pen.font = `600 ${seat.h * 0.36}px system-ui, sans-serif`;
    pen.fillText(text, seat.x, seat.y, seat.w * 0.85);
  }
}

/** A ring around what changed a moment ago, to be seen also where a seat is two pixels wide. True while any is left. */
export function paintHalos(pen, recent, scale) {
  const now = performance.now();
  pen.strokeStyle = colours.ink;
  pen.lineWidth = 1.5 / scale;
  for (const [seat, since] of recent) {
    const age = (now - since) / HALO_MS;
    if (age >= 1 || recent.size > HALOS_MAX) {
      recent.delete(seat);
      continue;
    }
    const radius = Math.max(seat.w * 0.7, 4 / scale) * (motion.matches ? 1 : 1 + age);
    pen.globalAlpha = 1 - age;
    pen.beginPath();
    pen.arc(seat.x, seat.y, radius, 0, 2 * Math.PI);
    pen.stroke();
  }
  pen.globalAlpha = 1;
  return recent.size > 0;
}
