/** Finds seats by where they are. Built when it is first asked, once for a plan. */
import Flatbush from "flatbush";
import type { Box, Plan } from "../venue/plan.js";
import type { Point } from "./camera.js";

export class SeatIndex {
  #tree: Flatbush | null = null;

  constructor(readonly plan: Plan) {}

  /** Seats that may be painted within a box. */
  within({ x, y, width, height }: Box): number[] {
    return this.plan.count === 0 ? [] : this.#built().search(x, y, x + width, y + height);
  }

  /** The seat at a point, or the nearest one that is not further than `slack` from it; -1 for none. */
  at(point: Point, slack: number): number {
    let [nearest, least, closest] = [-1, slack, Infinity];
    for (const seat of this.within({ x: point.x - slack, y: point.y - slack, width: 2 * slack, height: 2 * slack })) {
      const outside = distanceFrom(this.plan, seat, point);
      const away = Math.hypot(point.x - this.plan.x[seat]!, point.y - this.plan.y[seat]!);
      if (outside > least || (outside === least && away >= closest)) continue;
      [nearest, least, closest] = [seat, outside, away];
    }
    return nearest;
  }

  #built(): Flatbush {
    if (this.#tree) return this.#tree;
    const { count, x, y } = this.plan;
    this.#tree = new Flatbush(count, 16, Float32Array);
    for (let seat = 0; seat < count; seat += 1) {
      const reach = this.plan.reach(seat);
      this.#tree.add(x[seat]! - reach, y[seat]! - reach, x[seat]! + reach, y[seat]! + reach);
    }
    this.#tree.finish();
    return this.#tree;
  }
}

/** How far a point is outside of a seat, whichever way that is turned; 0 inside. */
function distanceFrom(plan: Plan, seat: number, point: Point): number {
  const [dx, dy, sin, cos] = [point.x - plan.x[seat]!, point.y - plan.y[seat]!, plan.sin[seat]!, plan.cos[seat]!];
  const across = Math.abs(dx * cos + dy * sin) - plan.w[seat]! / 2;
  const down = Math.abs(dy * cos - dx * sin) - plan.h[seat]! / 2;
  return Math.hypot(Math.max(across, 0), Math.max(down, 0));
}
