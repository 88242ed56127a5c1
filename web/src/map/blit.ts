/** Copies sprites into a block of pixels. */
import type { Sprite } from "./raster.js";

export interface Block {
  width: number;
  height: number;
  /** As an `ImageData` holds them. */
  pixels: Uint32Array;
}

/**
 * `left` and `top` say where in the block the sprite's corner goes; what lies outside is left out. Where two sprites
 * touch, the pixel that covers more wins: seats lie beside each other, not on each other.
 */
export function blit(block: Block, { size, pixels }: Sprite, left: number, top: number): void {
  const [fromX, fromY] = [Math.max(0, -left), Math.max(0, -top)];
  const [toX, toY] = [Math.min(size, block.width - left), Math.min(size, block.height - top)];
  const into = block.pixels;
  for (let row = fromY; row < toY; row += 1) {
    let from = row * size + fromX;
    let to = (top + row) * block.width + left + fromX;
    for (let column = fromX; column < toX; column += 1, from += 1, to += 1) {
      const pixel = pixels[from]!;
      // Opacity is the highest byte, so that the larger number is the more opaque one.
      if (pixel > into[to]!) into[to] = pixel;
    }
  }
}
