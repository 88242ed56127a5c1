/** Sections as the overview shows them: their outline, the category most of their seats have, where their name goes. */
import type { Plan, Section } from "../venue/plan.js";
import type { Point } from "./camera.js";
import { isInside, outlineOf, type Outline } from "./outline.js";
import { widen } from "./widen.js";

export interface SectionShape extends Outline {
  index: number;
  section: Section;
  /** What is painted and tapped: the outline with its padding. */
  edge: readonly Point[];
  category: number;
  /** Inside of the outline, near the middle of its seats. */
  middle: Point;
}

export function sectionShapes(plan: Plan): SectionShape[] {
  return plan.sections.map((section, index) => {
    const outline = outlineOf(plan, section);
    const edge = widen(outline.points, outline.pad);
    return { ...outline, edge, index, section, category: mostly(plan, section), middle: middleOf(plan, section, outline) };
  });
}

/** The section at a point; -1 for none. */
export function sectionAt(shapes: readonly SectionShape[], point: Point): number {
  const isBetween = (part: number, from: number, length: number, pad: number) =>
    part >= from - pad && part <= from + length + pad;
  const isNear = ({ section: { box }, pad }: SectionShape) =>
    isBetween(point.x, box.x, box.width, pad) && isBetween(point.y, box.y, box.height, pad);
  return shapes.find((shape) => isNear(shape) && isInside(shape.edge, point))?.index ?? -1;
}

function mostly(plan: Plan, { seats }: Section): number {
  const counts = new Map<number, number>();
  for (const seat of seats) counts.set(plan.category[seat]!, (counts.get(plan.category[seat]!) ?? 0) + 1);
  return [...counts].reduce((most, each) => (each[1] > most[1] ? each : most), [0, 0])[0];
}

/** The mean of its seats; the seat nearest to that where a bent section does not hold its own mean. */
function middleOf(plan: Plan, { seats }: Section, { points }: Outline): Point {
  const sum = seats.reduce(({ x, y }, seat) => ({ x: x + plan.x[seat]!, y: y + plan.y[seat]! }), { x: 0, y: 0 });
  const mean = { x: sum.x / seats.length, y: sum.y / seats.length };
  if (points.length < 3 || isInside(points, mean)) return mean;
  const away = (seat: number) => Math.hypot(plan.x[seat]! - mean.x, plan.y[seat]! - mean.y);
  const nearest = seats.reduce((best, seat) => (away(seat) < away(best) ? seat : best), seats[0]!);
  return { x: plan.x[nearest]!, y: plan.y[nearest]! };
}
