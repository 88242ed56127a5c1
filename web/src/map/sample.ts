/** One seat as the map draws it, on a canvas of its own, for a legend. */
import type { Look } from "../venue/look.js";
import type { Category } from "../venue/plan.js";
import { layersOf } from "./glyph.js";
import { paletteOf, type Resolve } from "./palette.js";
import { rasterize } from "./raster.js";
import { colorOf } from "./sprites.js";
import type { Theme } from "./theme.js";

export interface Sample {
  look: Look;
  theme: Theme;
  /** Side of the seat, in CSS pixels. */
  px: number;
  /** Whose colour a free seat has; the theme's soft one without it. */
  category?: Category;
  isAccessible?: boolean;
  resolve?: Resolve;
}

export function paintSample(canvas: HTMLCanvasElement, sample: Sample): void {
  const { look, theme, px, category, isAccessible = false, resolve } = sample;
  const ratio = devicePixelRatio || 1;
  const palette = paletteOf(theme, category ? [category] : [], resolve);
  const { size, pixels } = rasterize({
    layers: layersOf(look, px, isAccessible),
    colorOf: (color) => colorOf(palette, color, 0),
    width: px * ratio,
    height: px * ratio,
    angle: 0,
    offsetX: 0.5,
    offsetY: 0.5,
    opacity: 1,
  });
  Object.assign(canvas, { width: size, height: size });
  canvas.style.width = canvas.style.height = `${size / ratio}px`;
  const image = new ImageData(size, size);
  new Uint32Array(image.data.buffer).set(pixels);
  canvas.getContext("2d")?.putImageData(image, 0, 0);
}
