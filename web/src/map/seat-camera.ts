/** The camera that shows one seat well, with as little movement as that takes. */
import type { Plan } from "../venue/plan.js";
import { toView, type Camera, type Size } from "./camera.js";
import { APPROACHED_PX, isTappable } from "./detail.js";

/** A seat nearer to the view's edge than this is brought to its middle. */
const EDGE_PX = 60;

export function seatCamera(plan: Plan, seat: number, camera: Camera, size: Size): Camera {
  const [x, y] = [plan.x[seat]!, plan.y[seat]!];
  const side = Math.min(plan.w[seat]!, plan.h[seat]!);
  const scale = isTappable(side * camera.scale) ? camera.scale : APPROACHED_PX / side;
  const at = toView(camera, size, { x, y });
  const isWithin = (part: number, room: number) => part > EDGE_PX && part < room - EDGE_PX;
  const isSeen = isWithin(at.x, size.width) && isWithin(at.y, size.height);
  return isSeen && scale === camera.scale ? camera : { x, y, scale };
}
