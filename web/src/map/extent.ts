/** How much room a plan's seats, shapes, tables and areas take, whatever size of canvas the layout names. */
import type { Box, Plan, Shape } from "../venue/plan.js";
import type { SeatSizes } from "./camera.js";

/** The smallest box around all there is to see. */
export function extentOf(plan: Plan): Box {
  const boxes = [...plan.shapes, ...plan.tables].map(boxOfShape);
  boxes.push(...plan.areas);
  if (plan.count > 0) boxes.push(plan.boxOf(Array.from({ length: plan.count }, (_, seat) => seat)));
  if (boxes.length === 0) return { x: 0, y: 0, width: plan.width, height: plan.height };
  return boxes.reduce(union);
}

/** The upright box around a turned shape. */
export function boxOfShape({ x, y, width, height, rotation }: Shape): Box {
  const turn = (rotation * Math.PI) / 180;
  const [sin, cos] = [Math.abs(Math.sin(turn)), Math.abs(Math.cos(turn))];
  const [w, h] = [width * cos + height * sin, width * sin + height * cos];
  return { x: x + width / 2 - w / 2, y: y + height / 2 - h / 2, width: w, height: h };
}

export function union(a: Box, b: Box): Box {
  const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)];
  return {
    x,
    y,
    width: Math.max(a.x + a.width, b.x + b.width) - x,
    height: Math.max(a.y + a.height, b.y + b.height) - y,
  };
}

/** The box of those two that both have; of no size where they do not meet. */
export function overlap(a: Box, b: Box): Box {
  const [x, y] = [Math.max(a.x, b.x), Math.max(a.y, b.y)];
  return {
    x,
    y,
    width: Math.max(0, Math.min(a.x + a.width, b.x + b.width) - x),
    height: Math.max(0, Math.min(a.y + a.height, b.y + b.height) - y),
  };
}

export function grow(box: Box, by: number): Box {
  return { x: box.x - by, y: box.y - by, width: box.width + 2 * by, height: box.height + 2 * by };
}

/** The usual size of a seat is that of the one in the middle when all are sorted. */
export function seatSizes(plan: Plan): SeatSizes {
  const sizes = Float32Array.from({ length: plan.count }, (_, seat) => Math.min(plan.w[seat]!, plan.h[seat]!)).sort();
  return { usual: sizes[sizes.length >> 1] ?? 0, least: sizes[0] ?? 0 };
}
