/** What of a plan's seats decides how they are drawn: how large they are, and how they are turned. */
import type { Plan } from "../venue/plan.js";

export interface SeatForms {
  /** Index in `sizes`. */
  size: Uint16Array;
  sizes: readonly { width: number; height: number }[];
  /** Radians, from 0 to π: a seat looks the same upside down. */
  angle: Float32Array;
}

/** Sizes are told apart to a hundredth of a unit, so that a plan has few of them. */
export function formsOf(plan: Plan): SeatForms {
  const sizes: { width: number; height: number }[] = [];
  const known = new Map<string, number>();
  const size = new Uint16Array(plan.count);
  const angle = new Float32Array(plan.count);
  for (let seat = 0; seat < plan.count; seat += 1) {
    const [width, height] = [plan.w[seat]!, plan.h[seat]!];
    const key = `${width.toFixed(2)} ${height.toFixed(2)}`;
    if (!known.has(key)) known.set(key, sizes.push({ width, height }) - 1);
    size[seat] = known.get(key)!;
    const turn = Math.atan2(plan.sin[seat]!, plan.cos[seat]!);
    angle[seat] = turn < 0 ? turn + Math.PI : turn;
  }
  return { size, sizes, angle };
}
