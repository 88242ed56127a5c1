/** Makes an outline wider all around, with round corners. */
import type { Point } from "./camera.js";

/** Corners are rounded in steps of this, in radians. */
const STEP = Math.PI / 8;

/** The outline `pad` outside of the given one. A single point gives a circle, a line a bar with round ends. */
export function widen(points: readonly Point[], pad: number): Point[] {
  const corners = points.filter(({ x, y }, n) => {
    const before = points[(n + points.length - 1) % points.length]!;
    return points.length === 1 || x !== before.x || y !== before.y;
  });
  if (corners.length < 2) return [...(corners[0] ?? points[0] ? arc(corners[0] ?? points[0]!, pad, 0, 2 * Math.PI) : [])];
  const sense = area(corners) < 0 ? -1 : 1;
  return corners.flatMap((corner, n) => {
    const before = corners[(n + corners.length - 1) % corners.length]!;
    const after = corners[(n + 1) % corners.length]!;
    return around(before, corner, after, pad, sense);
  });
}

/** Twice what an outline holds; negative where it runs the other way. */
export function area(points: readonly Point[]): number {
  return points.reduce((sum, { x, y }, n) => {
    const next = points[(n + 1) % points.length]!;
    return sum + x * next.y - next.x * y;
  }, 0);
}

/** What a corner becomes: an arc where the outline bends outwards, one point where it bends inwards. */
function around(before: Point, corner: Point, after: Point, pad: number, sense: number): Point[] {
  const from = outward(before, corner, sense);
  let turned = (outward(corner, after, sense) - from) * sense;
  turned = Math.atan2(Math.sin(turned), Math.cos(turned));
  // Straight back counts as outwards: that is the end of a line.
  if (turned < -Math.PI + 1e-6) turned = Math.PI;
  if (turned >= 0) return arc(corner, pad, from, turned * sense);
  const middle = from + (turned * sense) / 2;
  const reach = pad / Math.max(0.5, Math.cos(turned / 2));
  return [{ x: corner.x + reach * Math.cos(middle), y: corner.y + reach * Math.sin(middle) }];
}

/** The direction that is outside of a side, as an angle. */
function outward(a: Point, b: Point, sense: number): number {
  return Math.atan2(-(b.x - a.x) * sense, (b.y - a.y) * sense);
}

function arc({ x, y }: Point, radius: number, from: number, turned: number): Point[] {
  const steps = Math.max(1, Math.ceil(Math.abs(turned) / STEP));
  return Array.from({ length: steps + 1 }, (_, n) => {
    const angle = from + (turned * n) / steps;
    return { x: x + radius * Math.cos(angle), y: y + radius * Math.sin(angle) };
  });
}
