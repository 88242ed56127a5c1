/**
 * Turns layers of forms into pixels, by the distance of each pixel from the form's edge.
 *
 * The browser could draw them, but reading pixels back is what some browsers falsify against fingerprinting.
 */
import type { Rgb } from "./contrast.js";
import type { Form, Layer } from "./glyph.js";

/** A square of pixels, as an `ImageData` holds them: red in the lowest byte, opacity in the highest. */
export interface Sprite {
  /** Pixels left of and above the one that holds the seat's middle. */
  half: number;
  size: number;
  pixels: Uint32Array;
}

/** What a sprite is of. Sizes are in device pixels. */
export interface Seated {
  layers: readonly Layer[];
  colorOf(color: Layer["color"]): Rgb;
  width: number;
  height: number;
  /** Radians. */
  angle: number;
  /** Where in its pixel the middle is, 0 to 1. */
  offsetX: number;
  offsetY: number;
  /** Of all that is drawn, 0 to 1. */
  opacity: number;
}

type Distance = (x: number, y: number) => number;

/** Lines never get thinner than this. */
const LINE_MIN_PX = 1.5;

export function rasterize(seated: Seated): Sprite {
  const { layers, width, height, angle, offsetX, offsetY } = seated;
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  const reach = Math.max(...layers.map(({ form }) => (form.kind === "disc" ? form.size : 1)));
  const corner = sin === 0 ? Math.max(width, height) / 2 : Math.hypot(width, height) / 2;
  const half = Math.ceil(Math.max(corner, (Math.min(width, height) / 2) * reach)) + 1;
  const size = 2 * half + 1;
  const accumulated = new Float32Array(size * size * 4);
  const place: Place = { half, size, sin, cos, offsetX, offsetY };
  for (const layer of layers) {
    paintLayer(accumulated, place, layer, distanceOf(layer, width / 2, height / 2), seated.colorOf(layer.color));
  }
  return { half, size, pixels: pack(accumulated, seated.opacity) };
}

interface Place {
  half: number;
  size: number;
  sin: number;
  cos: number;
  offsetX: number;
  offsetY: number;
}

/** A distance tells how many pixels of the row are as surely in or out, so that only edges are looked at one by one. */
function paintLayer(into: Float32Array, place: Place, layer: Layer, distance: Distance, color: Rgb): void {
  const { half, size, sin, cos, offsetX, offsetY } = place;
  const { alpha = 1, isUpright = false, dashes } = layer;
  for (let row = 0; row < size; row += 1) {
    const y = row + 0.5 - half - offsetY;
    for (let column = 0; column < size; ) {
      const x = column + 0.5 - half - offsetX;
      const d = isUpright ? distance(x, y) : distance(x * cos + y * sin, y * cos - x * sin);
      const sure = dashes ? 1 : Math.min(size - column, Math.max(1, Math.floor(Math.abs(d) + 0.5)));
      if (d < 0.5) lay(into, (row * size + column) * 4, sure, color, Math.min(1, 0.5 - d) * alpha);
      column += sure;
    }
  }
}

/** Puts a colour over so many pixels: colours are kept multiplied by their opacity. */
function lay(into: Float32Array, from: number, count: number, color: Rgb, cover: number): void {
  const [r, g, b] = color;
  const rest = 1 - cover;
  for (let at = from; at < from + count * 4; at += 4) {
    into[at] = r * cover + into[at]! * rest;
    into[at + 1] = g * cover + into[at + 1]! * rest;
    into[at + 2] = b * cover + into[at + 2]! * rest;
    into[at + 3] = cover + into[at + 3]! * rest;
  }
}

function pack(from: Float32Array, opacity: number): Uint32Array {
  const pixels = new Uint32Array(from.length / 4);
  for (let n = 0; n < pixels.length; n += 1) {
    const alpha = from[n * 4 + 3]!;
    if (alpha === 0) continue;
    const scale = 1 / alpha;
    const [r, g, b] = [from[n * 4]! * scale, from[n * 4 + 1]! * scale, from[n * 4 + 2]! * scale];
    // Adding a half and cutting off rounds, and is much quicker than rounding.
    pixels[n] = (((alpha * opacity * 255 + 0.5) << 24) | ((b + 0.5) << 16) | ((g + 0.5) << 8) | (r + 0.5)) >>> 0;
  }
  return pixels;
}

/** How far outside of a layer's edge a point is, in pixels; negative inside. */
function distanceOf({ form, stroke, dashes }: Layer, halfWidth: number, halfHeight: number): Distance {
  const solid = distanceOfForm(form, halfWidth, halfHeight);
  const unit = Math.min(halfWidth, halfHeight);
  if (stroke === undefined) return solid;
  const line = Math.max(stroke * unit, LINE_MIN_PX) / 2;
  const along: Distance = (x, y) => Math.abs(solid(x, y)) - line;
  if (dashes === undefined) return along;
  return (x, y) => Math.max(along(x, y), Math.cos(Math.atan2(y, x) * dashes) * unit * 0.4);
}

// Square roots, since `Math.hypot` takes ten times as long.
function distanceOfForm(form: Form, halfWidth: number, halfHeight: number): Distance {
  const unit = Math.min(halfWidth, halfHeight);
  switch (form.kind) {
    case "disc":
      return disc((form.x ?? 0) * unit, (form.y ?? 0) * unit, form.size * unit);
    case "diamond": {
      const [a, b] = [halfWidth * form.size, halfHeight * form.size];
      const slope = Math.sqrt(a * a + b * b);
      return (x, y) => (Math.abs(x) * b + Math.abs(y) * a - a * b) / slope;
    }
    case "box":
      return box(halfWidth - unit * (1 - form.size), halfHeight - unit * (1 - form.size), form.radius * unit);
    case "line":
      return segment(form.from[0] * unit, form.from[1] * unit, form.to[0] * unit, form.to[1] * unit);
  }
}

function disc(middleX: number, middleY: number, radius: number): Distance {
  return (x, y) => Math.sqrt((x - middleX) * (x - middleX) + (y - middleY) * (y - middleY)) - radius;
}

function box(halfWidth: number, halfHeight: number, radius: number): Distance {
  const round = Math.min(radius, halfWidth, halfHeight);
  return (x, y) => {
    const dx = Math.abs(x) - halfWidth + round;
    const dy = Math.abs(y) - halfHeight + round;
    if (dx <= 0 || dy <= 0) return Math.max(dx, dy) - round;
    return Math.sqrt(dx * dx + dy * dy) - round;
  };
}

function segment(fromX: number, fromY: number, toX: number, toY: number): Distance {
  const dx = toX - fromX;
  const dy = toY - fromY;
  const length = dx * dx + dy * dy;
  return (x, y) => {
    const px = x - fromX;
    const py = y - fromY;
    const along = Math.min(1, Math.max(0, (px * dx + py * dy) / length));
    const offX = px - dx * along;
    const offY = py - dy * along;
    return Math.sqrt(offX * offX + offY * offY);
  };
}
