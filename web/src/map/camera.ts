/** Where the map looks: pure arithmetic between the plan's units and CSS pixels of the view. */
import type { Box } from "../venue/plan.js";

/** The point of the plan in the middle of the view, and CSS pixels per unit of the plan. */
export interface Camera {
  x: number;
  y: number;
  scale: number;
}

export interface Size {
  width: number;
  height: number;
}

export interface Point {
  x: number;
  y: number;
}

/** The smallest and the largest scale. */
export interface Limits {
  min: number;
  max: number;
}

/** Pixels left free around the plan when all of it is shown, and around a box that is zoomed to. */
const PADDING_PX = 20;
/** How far past the plan's edge the view may go, so that the controls in its corners hide nothing for good. */
const SLACK_PX = 56;
/** A usual seat never becomes larger than this, unless the smallest one is still not large enough to be tapped. */
const SEAT_MAX_PX = 72;
const LEAST_MAX_PX = 40;
/** A plan without seats, or with large ones, can still be looked at this much closer. */
const CLOSER_AT_LEAST = 4;

/** All of a box, as large as it fits. */
export function fitBox(box: Box, size: Size, padding = PADDING_PX): Camera {
  const room = (length: number) => Math.max(length - 2 * padding, length / 2);
  const scale = Math.min(room(size.width) / Math.max(box.width, 1), room(size.height) / Math.max(box.height, 1));
  return { x: box.x + box.width / 2, y: box.y + box.height / 2, scale };
}

/** The usual and the smallest size of a seat, in the plan's units; 0 where there are no seats. */
export interface SeatSizes {
  usual: number;
  least: number;
}

export function limitsOf(extent: Box, size: Size, { usual, least }: SeatSizes): Limits {
  const min = fitBox(extent, size).scale;
  const forSeats = usual > 0 && least > 0 ? Math.max(SEAT_MAX_PX / usual, LEAST_MAX_PX / least) : 0;
  return { min, max: Math.max(min * CLOSER_AT_LEAST, forSeats) };
}

/** The nearest camera that keeps to the limits and keeps the plan in sight. */
export function clampCamera(camera: Camera, extent: Box, size: Size, limits: Limits): Camera {
  const scale = Math.min(limits.max, Math.max(limits.min, camera.scale));
  const along = (at: number, from: number, length: number, room: number) => {
    if (length * scale <= room) return from + length / 2;
    const half = (room / 2 - SLACK_PX) / scale;
    return Math.min(from + length - half, Math.max(from + half, at));
  };
  return {
    x: along(camera.x, extent.x, extent.width, size.width),
    y: along(camera.y, extent.y, extent.height, size.height),
    scale,
  };
}

/** Zooms so that the point of the plan under `at` stays there. */
export function zoomAt(camera: Camera, factor: number, at: Point, size: Size, limits: Limits): Camera {
  const scale = Math.min(limits.max, Math.max(limits.min, camera.scale * factor));
  const fixed = toPlan(camera, size, at);
  return {
    x: fixed.x - (at.x - size.width / 2) / scale,
    y: fixed.y - (at.y - size.height / 2) / scale,
    scale,
  };
}

/** A positive `dx` shows what is further right. */
export function panCamera(camera: Camera, dx: number, dy: number): Camera {
  return { ...camera, x: camera.x + dx / camera.scale, y: camera.y + dy / camera.scale };
}

export function toPlan(camera: Camera, size: Size, at: Point): Point {
  return {
    x: camera.x + (at.x - size.width / 2) / camera.scale,
    y: camera.y + (at.y - size.height / 2) / camera.scale,
  };
}

export function toView(camera: Camera, size: Size, point: Point): Point {
  return {
    x: (point.x - camera.x) * camera.scale + size.width / 2,
    y: (point.y - camera.y) * camera.scale + size.height / 2,
  };
}

/** What of the plan the view shows. */
export function viewBox(camera: Camera, size: Size): Box {
  const [width, height] = [size.width / camera.scale, size.height / camera.scale];
  return { x: camera.x - width / 2, y: camera.y - height / 2, width, height };
}

/** On the way from one camera to another, `t` from 0 to 1. One point of the view stays still all along. */
export function between(from: Camera, to: Camera, t: number): Camera {
  const scale = from.scale * (to.scale / from.scale) ** t;
  const span = 1 / to.scale - 1 / from.scale;
  const share = Math.abs(span) * from.scale < 1e-6 ? t : (1 / scale - 1 / from.scale) / span;
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share, scale };
}

export function isSameCamera(a: Camera, b: Camera): boolean {
  const isNear = (p: number, q: number) => Math.abs(p - q) * a.scale < 0.01;
  return isNear(a.x, b.x) && isNear(a.y, b.y) && Math.abs(a.scale / b.scale - 1) < 1e-4;
}
