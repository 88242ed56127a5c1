// The seat map: one canvas, looked at whole or from near, and what the pointer does on it.

import { paintArea, paintItem } from "./furniture.js";
import { paintHalos, paintNumbers, paintSeats } from "./paint.js";

const ZOOM_MAX = 40;
const DRAG_PX = 6;
// A smaller seat cannot be hit with confidence: choosing it comes nearer instead.
const SEAT_PX = { touch: 15, mouse: 7 };
const SLACK_PX = { touch: 8, mouse: 2 };

const kind = (event) => (event.pointerType === "touch" ? "touch" : "mouse");

export class SeatMap {
  #canvas;
  #venue = null;
  #view = { scale: 1, x: 0, y: 0 };
  #due = false;
  #pointers = new Map();
  #press = null;

  /** `chosen` gets the seat, table or area that was clicked, `pointed` the one under the mouse, `approached` a seat. */
  constructor(canvas, { chosen, pointed, approached }) {
    Object.assign(this, { chosen, pointed, approached });
    this.#canvas = canvas;
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    canvas.addEventListener("pointerup", (event) => this.#up(event));
    canvas.addEventListener("pointercancel", (event) => this.#lift(event));
    canvas.addEventListener("pointerleave", () => pointed({}));
    canvas.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    new ResizeObserver(() => this.#resized()).observe(canvas.parentElement);
  }

  show(venue) {
    this.#venue = venue;
    this.whole();
  }

  /** Shows nothing until there is another venue. */
  clear() {
    this.#venue = null;
    this.#canvas.width = 0;
  }

  redraw() {
    if (this.#due || !this.#venue) return;
    this.#due = true;
    requestAnimationFrame(() => this.#draw());
  }

  /** All of the venue, as large as it fits. */
  whole() {
    if (!this.#venue) return;
    const { width, height } = this.#venue;
    const tall = this.#canvas.clientWidth * (height / width);
    this.#canvas.style.height = `${Math.round(Math.max(200, Math.min(tall, window.innerHeight * 0.78)))}px`;
    const scale = this.#wholeScale();
    const middle = (room, size) => (room - size * scale) / 2;
    this.#view = {
      scale,
      x: middle(this.#canvas.clientWidth, width),
      y: middle(this.#canvas.clientHeight, height),
    };
    delete this.#canvas.dataset.zoomed;
    this.redraw();
  }

  zoom(factor, x = this.#canvas.clientWidth / 2, y = this.#canvas.clientHeight / 2) {
    if (!this.#venue) return;
    const whole = this.#wholeScale();
    const scale = Math.min(whole * ZOOM_MAX, this.#view.scale * factor);
    if (scale <= whole * 1.01) return this.whole();
    const grown = scale / this.#view.scale;
    this.#view = { scale, x: x - (x - this.#view.x) * grown, y: y - (y - this.#view.y) * grown };
    this.#canvas.dataset.zoomed = "";
    this.redraw();
  }

  get #isZoomed() {
    return "zoomed" in this.#canvas.dataset;
  }

  #wholeScale() {
    return Math.min(this.#canvas.clientWidth / this.#venue.width, this.#canvas.clientHeight / this.#venue.height);
  }

  // Drawn at once, because a canvas that changes its size is blank until it is.
  #resized() {
    if (!this.#venue) return;
    if (!this.#isZoomed) this.whole();
    this.#draw();
  }

  #draw() {
    this.#due = false;
    if (!this.#venue) return;
    const canvas = this.#canvas;
    const pixels = window.devicePixelRatio || 1;
    const size = { width: Math.round(canvas.clientWidth * pixels), height: Math.round(canvas.clientHeight * pixels) };
    if (canvas.width !== size.width || canvas.height !== size.height) Object.assign(canvas, size);
    const pen = canvas.getContext("2d");
    const { scale, x, y } = this.#view;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.setTransform(scale * pixels, 0, 0, scale * pixels, x * pixels, y * pixels);
    this.#venue.items.forEach((item) => paintItem(pen, item, scale));
    this.#venue.areas.forEach((area) => paintArea(pen, area, scale));
    paintSeats(pen, this.#venue, scale);
    paintNumbers(pen, this.#visible(), scale);
    if (paintHalos(pen, this.#venue.recent, scale)) this.redraw();
  }

  #visible() {
    const { scale, x, y } = this.#view;
    const [right, bottom] = [(this.#canvas.clientWidth - x) / scale, (this.#canvas.clientHeight - y) / scale];
    const isVisible = (seat) => seat.x > -x / scale && seat.x < right && seat.y > -y / scale && seat.y < bottom;
    return [...this.#venue.seats.values()].filter(isVisible);
  }

  /** The seat under the pointer, else the table, else the area. */
  #under(event) {
    const { scale } = this.#view;
    const [x, y] = [(event.offsetX - this.#view.x) / scale, (event.offsetY - this.#view.y) / scale];
    let seat = null;
    let nearest = Infinity;
    for (const each of this.#venue.seats.values()) {
      const distance = Math.hypot(each.x - x, each.y - y);
      if (distance < nearest) [seat, nearest] = [each, distance];
    }
    if (seat && nearest <= Math.max(seat.w, seat.h) * 0.6 + SLACK_PX[kind(event)] / scale) return { seat };
    const holds = ({ pos, size }) => x > pos.x && x < pos.x + size.x && y > pos.y && y < pos.y + size.y;
    const table = this.#venue.tables().find(holds);
    return table ? { table } : { area: this.#venue.areas.find((area) => area.contains(x, y)) };
  }

  #tap(event) {
    const found = this.#under(event);
    const px = found.seat ? found.seat.w * this.#view.scale : Infinity;
    const wanted = SEAT_PX[kind(event)];
    if (px >= wanted) return this.chosen(found);
    this.zoom((wanted * 1.6) / px, event.offsetX, event.offsetY);
    this.approached(found.seat);
  }

  #down(event) {
    if (!this.#venue) return;
    this.#canvas.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, event);
    this.#press = { x: event.offsetX, y: event.offsetY, moved: this.#pointers.size > 1 };
  }

  #move(event) {
    const before = this.#pointers.get(event.pointerId);
    if (!this.#venue) return;
    if (!before) return kind(event) === "mouse" && this.pointed(this.#under(event));
    const other = [...this.#pointers.values()].find((each) => each.pointerId !== event.pointerId);
    this.#pointers.set(event.pointerId, event);
    if (Math.hypot(event.offsetX - this.#press.x, event.offsetY - this.#press.y) > DRAG_PX) this.#press.moved = true;
    if (!this.#press.moved) return;
    if (other) this.#pinch(before, event, other);
    else this.#pan(event.offsetX - before.offsetX, event.offsetY - before.offsetY);
  }

  #pan(dx, dy) {
    if (!this.#isZoomed) return;
    const { scale, x, y } = this.#view;
    // Some of the venue stays in sight, whichever way it is dragged.
    const keep = (to, size, room) => Math.min(room * 0.7, Math.max(room * 0.3 - size * scale, to));
    this.#view.x = keep(x + dx, this.#venue.width, this.#canvas.clientWidth);
    this.#view.y = keep(y + dy, this.#venue.height, this.#canvas.clientHeight);
    this.redraw();
  }

  #pinch(before, after, other) {
    const apart = (each) => Math.hypot(each.offsetX - other.offsetX, each.offsetY - other.offsetY) || 1;
    const middle = [(after.offsetX + other.offsetX) / 2, (after.offsetY + other.offsetY) / 2];
    this.zoom(apart(after) / apart(before), ...middle);
  }

  #up(event) {
    const isTap = this.#venue && this.#pointers.size === 1 && this.#press && !this.#press.moved;
    this.#lift(event);
    if (isTap) this.#tap(event);
  }

  #lift(event) {
    this.#pointers.delete(event.pointerId);
  }

  // Without Ctrl the wheel scrolls the page; a trackpad's pinch comes as a wheel with Ctrl.
  #wheel(event) {
    if (!this.#venue || (!event.ctrlKey && !event.metaKey)) return;
    event.preventDefault();
    this.zoom(Math.exp(-event.deltaY / 200), event.offsetX, event.offsetY);
  }
}
