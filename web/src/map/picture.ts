/**
 * The picture that the canvases hold: what of the plan, how large, in device pixels.
 *
 * It reaches past the view, so that a gesture can move it for a while before anything has to be drawn again.
 */
import type { Box } from "../venue/plan.js";
import { viewBox, type Camera, type Size } from "./camera.js";
import { grow, overlap } from "./extent.js";

export interface Picture {
  /** With which it was drawn. */
  camera: Camera;
  /** Device pixels per CSS pixel. */
  ratio: number;
  /** Of the canvas, in device pixels. */
  width: number;
  height: number;
  /** A point of the plan is painted at `x * k + tx`, `y * k + ty`. */
  k: number;
  tx: number;
  ty: number;
}

/** More pixels on a CSS pixel are not seen, but paid for. */
const RATIO_MAX = 2.5;
/** Of one canvas. Phones give up near 16 million; two of these take 64 MB. */
const PIXELS_MAX = 8_000_000;
/** On each side, as a share of the view. */
const MARGIN = 0.25;
/** Of a draft, which is drawn while the camera comes closer or goes away: with fewer pixels it reaches further. */
const DRAFT_MARGIN = 0.6;
const DRAFT = 0.5;
/** Room for what is painted past the plan's edge: rings, outlines, labels of rows. */
const RIM_PX = 32;
/** A picture that is stretched further than this is drawn again at once. */
const STRETCH_MAX = 2.2;

/** Where the device has so many pixels that a canvas would be too large, it gets fewer. */
export function ratioOf(size: Size, devicePixelRatio: number): number {
  const most = Math.sqrt(PIXELS_MAX / Math.max(1, size.width * size.height));
  return Math.min(devicePixelRatio || 1, RATIO_MAX, most);
}

export function pictureOf(camera: Camera, size: Size, ratio: number, extent: Box, most = MARGIN): Picture {
  const grown = Math.sqrt(PIXELS_MAX / Math.max(1, size.width * size.height)) / ratio;
  const margin = Math.min(most, Math.max(0, (grown - 1) / 2));
  const view = viewBox(camera, size);
  const seen = {
    x: view.x - view.width * margin,
    y: view.y - view.height * margin,
    width: view.width * (1 + 2 * margin),
    height: view.height * (1 + 2 * margin),
  };
  const box = overlap(seen, grow(extent, RIM_PX / camera.scale));
  const k = camera.scale * ratio;
  // The canvas begins on a device pixel of the view, so that it is not smeared over two.
  const left = Math.floor((box.x - view.x) * k);
  const top = Math.floor((box.y - view.y) * k);
  return {
    camera,
    ratio,
    width: Math.max(1, Math.ceil(box.width * k) + 1),
    height: Math.max(1, Math.ceil(box.height * k) + 1),
    k,
    tx: -view.x * k - left,
    ty: -view.y * k - top,
  };
}

/** A quick picture, for as long as the camera moves. */
export function draftOf(camera: Camera, size: Size, ratio: number, extent: Box): Picture {
  return pictureOf(camera, size, ratio * DRAFT, extent, DRAFT_MARGIN);
}

/** A picture of the view itself, without a margin, whatever it shows. */
export function viewPicture(camera: Camera, size: Size, ratio: number): Picture {
  const view = viewBox(camera, size);
  const k = camera.scale * ratio;
  return {
    camera,
    ratio,
    width: Math.max(1, Math.round(size.width * ratio)),
    height: Math.max(1, Math.round(size.height * ratio)),
    k,
    tx: -view.x * k,
    ty: -view.y * k,
  };
}

/** What of the plan is in the picture. */
export function boxOf({ width, height, k, tx, ty }: Picture): Box {
  return { x: -tx / k, y: -ty / k, width: width / k, height: height / k };
}

/** Whether the picture, moved and stretched, still shows all that this camera should. */
export function isEnough(picture: Picture, camera: Camera, size: Size, extent: Box): boolean {
  const stretch = camera.scale / picture.camera.scale;
  if (stretch > STRETCH_MAX || stretch < 1 / STRETCH_MAX) return false;
  const wanted = overlap(viewBox(camera, size), extent);
  const there = grow(boxOf(picture), 1 / picture.k);
  if (wanted.width === 0 || wanted.height === 0) return true;
  const isIn = (from: number, length: number, start: number, room: number) =>
    from >= start && from + length <= start + room;
  return isIn(wanted.x, wanted.width, there.x, there.width) && isIn(wanted.y, wanted.height, there.y, there.height);
}

/** Where the canvas has to be in the view, and how much it has to be stretched, for another camera. */
export function placeOf(picture: Picture, camera: Camera, size: Size): { x: number; y: number; stretch: number } {
  const corner = boxOf(picture);
  return {
    x: (corner.x - camera.x) * camera.scale + size.width / 2,
    y: (corner.y - camera.y) * camera.scale + size.height / 2,
    stretch: camera.scale / picture.camera.scale,
  };
}
