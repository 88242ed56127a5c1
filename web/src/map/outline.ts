/** The outlines of sections: along their rows where these are known and lie in order, else the hull of their seats. */
import type { Plan, Section } from "../venue/plan.js";
import type { Point } from "./camera.js";
import { area } from "./widen.js";

export interface Outline {
  /** Middles of seats; the outline lies `pad` outside of them. */
  points: Point[];
  pad: number;
}

/** So many of a section's seats are asked whether the outline along the rows holds them. */
const PROBES = 48;

export function outlineOf(plan: Plan, section: Section): Outline {
  const pad = section.seats.reduce((most, seat) => Math.max(most, plan.reach(seat)), 0) * 1.3;
  const middles = section.seats.map((seat) => ({ x: plan.x[seat]!, y: plan.y[seat]! }));
  const alongRows = rowOutline(rowsOf(plan, section), 2 * pad);
  const probes = middles.filter((_, n) => n % Math.ceil(middles.length / PROBES) === 0);
  const holdsAll = alongRows !== null && probes.every((point) => distanceTo(alongRows, point) <= pad);
  return { points: holdsAll ? alongRows : convexHull(middles), pad };
}

/** A section's seats, row by row, in the layout's order. Empty where rows have no names. */
function rowsOf(plan: Plan, { seats }: Section): Point[][] {
  const rows = new Map<string, Point[]>();
  for (const seat of seats) {
    const row = plan.rows[seat]!;
    if (row === "") return [];
    const known = rows.get(row);
    const point = { x: plan.x[seat]!, y: plan.y[seat]! };
    if (known) known.push(point);
    else rows.set(row, [point]);
  }
  return [...rows.values()];
}

/**
 * Along the first row, the ends of those behind it, the last row back, and the beginnings. Null for fewer than two rows.
 * Where one row is a little shorter than its neighbours the side runs straight on: dents up to `dent` are left out.
 */
export function rowOutline(rows: readonly Point[][], dent = 0): Point[] | null {
  if (rows.length < 2) return null;
  const aligned: Point[][] = [];
  for (const row of rows) {
    const before = aligned.at(-1);
    aligned.push(before && runsAgainst(before, row) ? [...row].reverse() : row);
  }
  const [first, last] = [aligned[0]!, aligned.at(-1)!];
  const [ends, beginnings] = [aligned.map((row) => row.at(-1)!), aligned.map((row) => row[0]!).reverse()];
  const inner = (side: Point[]) => straightened(side, sense, dent).slice(1, -1);
  const sense = Math.sign(area([...first, ...ends, ...[...last].reverse(), ...beginnings]));
  return [...first, ...inner(ends), ...[...last].reverse(), ...inner(beginnings)];
}

/** `sense` is the way around the outline, 1 or -1: a dent turns the other way. */
function straightened(side: readonly Point[], sense: number, dent: number): Point[] {
  const kept: Point[] = [];
  for (const point of side) {
    while (kept.length > 1 && isDent(kept.at(-2)!, kept.at(-1)!, point, sense, dent)) kept.pop();
    kept.push(point);
  }
  return kept;
}

function isDent(a: Point, b: Point, c: Point, sense: number, depth: number): boolean {
  const turned = turn(a, b, c) * sense;
  return turned <= 0 && -turned <= depth * Math.hypot(c.x - a.x, c.y - a.y);
}

function runsAgainst(a: readonly Point[], b: readonly Point[]): boolean {
  const along = (row: readonly Point[]) => ({ x: row.at(-1)!.x - row[0]!.x, y: row.at(-1)!.y - row[0]!.y });
  const [p, q] = [along(a), along(b)];
  return p.x * q.x + p.y * q.y < 0;
}

/** The smallest outline without a dent, clockwise as seen on a screen (Andrew's monotone chain). */
export function convexHull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a.x - b.x || a.y - b.y);
  if (sorted.length < 3) return sorted;
  const chain = (ordered: readonly Point[]) => {
    const kept: Point[] = [];
    for (const point of ordered) {
      while (kept.length > 1 && turn(kept.at(-2)!, kept.at(-1)!, point) <= 0) kept.pop();
      kept.push(point);
    }
    return kept.slice(0, -1);
  };
  return [...chain(sorted), ...chain([...sorted].reverse())];
}

function turn(a: Point, b: Point, c: Point): number {
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

export function isInside(points: readonly Point[], { x, y }: Point): boolean {
  let inside = false;
  for (let n = 0, before = points.length - 1; n < points.length; before = n, n += 1) {
    const [a, b] = [points[n]!, points[before]!];
    if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) inside = !inside;
  }
  return inside;
}

/** How far a point is from an outline; 0 inside. */
export function distanceTo(points: readonly Point[], point: Point): number {
  if (isInside(points, point)) return 0;
  let least = Infinity;
  points.forEach((a, n) => (least = Math.min(least, fromSegment(a, points[(n + 1) % points.length]!, point))));
  return least;
}

function fromSegment(a: Point, b: Point, p: Point): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((p.x - a.x) * dx + (p.y - a.y) * dy) / length));
  return Math.hypot(p.x - a.x - dx * along, p.y - a.y - dy * along);
}
