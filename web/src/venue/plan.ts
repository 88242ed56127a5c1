/**
 * What of a layout never changes: seats, tables, shapes, areas.
 *
 * A seat is a number from 0 to `count - 1`, its index in every array, so that ten thousand of them are walked in a
 * millisecond. Positions and sizes are in the layout's own units; x and y are a seat's middle.
 */
import type { PlanData } from "../client/types.js";

export interface Category {
  id: string;
  name: string;
  /** A CSS colour, `#RRGGBB`. */
  color: string;
}

/** An upright rectangle: its corner and its size. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A stage, a bar, a floor. Tables are shapes too, with seats. */
export interface Shape extends Box {
  id: string;
  label: string;
  /** Degrees, clockwise around its middle. */
  rotation: number;
  round: boolean;
}

export interface Table extends Shape {
  seats: readonly number[];
}

/** Standing room: places that are sold by how many. */
export interface PlanArea extends Box {
  id: string;
  name: string;
  capacity: number;
  category: number;
}

/** Seats that the layout gives one section's name. */
export interface Section {
  name: string;
  seats: readonly number[];
  box: Box;
}

const SEAT_SIZE = 24;
const NONE = -1;

export class Plan {
  readonly layoutId: string;
  readonly version: number;
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly categories: readonly Category[];
  readonly count: number;
  readonly ids: readonly string[];
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly w: Float32Array;
  readonly h: Float32Array;
  /** Of a seat's rotation. */
  readonly sin: Float32Array;
  readonly cos: Float32Array;
  /** Index in `categories`; that of an unknown one is `categories.length`. */
  readonly category: Uint16Array;
  readonly accessible: Uint8Array;
  /** Index in `sections`, or -1. */
  readonly section: Int32Array;
  /** Index in `tables`, or -1. */
  readonly table: Int32Array;
  /** Empty where the layout names no row. */
  readonly rows: readonly string[];
  /** The number on the seat, else its label, else its id. */
  readonly numbers: readonly string[];
  readonly sections: readonly Section[];
  readonly tables: readonly Table[];
  readonly shapes: readonly Shape[];
  readonly areas: readonly PlanArea[];
  readonly #index: ReadonlyMap<string, number>;

  constructor({ layout, seats, items, areas }: PlanData) {
    const count = seats.length;
    this.layoutId = layout.id;
    this.version = layout.version;
    this.name = layout.name;
    this.width = layout.canvasW;
    this.height = layout.canvasH;
    this.categories = layout.categories;
    this.count = count;
    this.ids = seats.map(({ id }) => id);
    this.#index = new Map(this.ids.map((id, seat) => [id, seat]));
    const categories = new Map(layout.categories.map(({ id }, n) => [id, n]));
    const categoryOf = (id: string) => categories.get(id) ?? layout.categories.length;
    this.x = new Float32Array(count);
    this.y = new Float32Array(count);
    this.w = new Float32Array(count);
    this.h = new Float32Array(count);
    this.sin = new Float32Array(count);
    this.cos = new Float32Array(count).fill(1);
    this.category = new Uint16Array(count);
    this.accessible = new Uint8Array(count);
    this.section = new Int32Array(count).fill(NONE);
    this.table = new Int32Array(count).fill(NONE);
    this.rows = seats.map(({ rowLabel }) => rowLabel ?? "");
    this.numbers = seats.map(({ id, seatNumber, label }) => String(seatNumber ?? label ?? id));
    const bySection = new Map<string, number[]>();
    seats.forEach((seat, n) => {
      const { x: width, y: height } = seat.size ?? { x: SEAT_SIZE, y: SEAT_SIZE };
      const turn = ((seat.rotation ?? 0) * Math.PI) / 180;
      this.x[n] = seat.position.x + width / 2;
      this.y[n] = seat.position.y + height / 2;
      this.w[n] = width;
      this.h[n] = height;
      this.sin[n] = Math.sin(turn);
      this.cos[n] = Math.cos(turn);
      this.category[n] = categoryOf(seat.categoryId);
      this.accessible[n] = seat.accessible ? 1 : 0;
      if (!seat.section) return;
      const members = bySection.get(seat.section);
      if (members) members.push(n);
      else bySection.set(seat.section, [n]);
    });
    this.sections = [...bySection].map(([name, members]) => ({ name, seats: members, box: this.boxOf(members) }));
    this.sections.forEach(({ seats: members }, n) => members.forEach((seat) => (this.section[seat] = n)));
    const shaped = items.map((item) => ({ item, shape: readShape(item) }));
    this.tables = shaped.filter(({ item }) => item.type === "table").map(({ item, shape }) => ({
      ...shape,
      seats: Array.from({ length: item.sc ?? 0 }, (_, n) => this.indexOf(`seat_${item.id}_${n}`)).filter((seat) => seat !== undefined),
    }));
    this.tables.forEach((table, n) => this.#seatAt(table, n));
    this.shapes = shaped.filter(({ item }) => item.type !== "table").map(({ shape }) => shape);
    this.areas = areas.map(({ id, name, capacity, categoryId, shape }) => ({
      id, name, capacity, category: categoryOf(categoryId), ...shape,
    }));
  }

  /** `layoutId/version`, which names a plan for ever. */
  get key(): string {
    return `${this.layoutId}/${this.version}`;
  }

  indexOf(id: string): number | undefined {
    return this.#index.get(id);
  }

  /** The smallest box around some seats, whatever way they are turned. */
  boxOf(seats: readonly number[]): Box {
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const seat of seats) {
      const reach = this.reach(seat);
      left = Math.min(left, this.x[seat]! - reach);
      top = Math.min(top, this.y[seat]! - reach);
      right = Math.max(right, this.x[seat]! + reach);
      bottom = Math.max(bottom, this.y[seat]! + reach);
    }
    return seats.length ? { x: left, y: top, width: right - left, height: bottom - top } : { x: 0, y: 0, width: 0, height: 0 };
  }

  /** How far from its middle a seat may be painted: half its diagonal, where it is turned. */
  reach(seat: number): number {
    const [w, h] = [this.w[seat]!, this.h[seat]!];
    return this.sin[seat] === 0 ? Math.max(w, h) / 2 : Math.hypot(w, h) / 2;
  }

  /** Chairs come without a rotation of their own: they are turned to their table. */
  #seatAt(table: Table, n: number): void {
    const [x, y] = [table.x + table.width / 2, table.y + table.height / 2];
    for (const seat of table.seats) {
      this.table[seat] = n;
      const [dx, dy] = [x - this.x[seat]!, this.y[seat]! - y];
      const distance = Math.hypot(dx, dy);
      if (this.sin[seat] !== 0 || distance === 0) continue;
      this.sin[seat] = dx / distance;
      this.cos[seat] = dy / distance;
    }
  }
}

function readShape(item: PlanData["items"][number]): Shape {
  const { id, pos, size, rot, lbl, shp } = item;
  return { id, label: lbl ?? "", x: pos.x, y: pos.y, width: size.x, height: size.y, rotation: rot ?? 0, round: shp === "round" };
}
