/** Paints seats: all of a picture in bands, or again those of a few small boxes. */
import type { Box } from "../venue/plan.js";
import { blit, type Block } from "./blit.js";
import type { Pen } from "./pen.js";
import type { Picture } from "./picture.js";
import { boxOf } from "./picture.js";
import type { Scene } from "./scene.js";
import { SpriteBook, type Wanted } from "./sprites.js";

/** Rows of pixels that are painted at once, which keeps what is written to in the processor's cache. */
const BAND_PX = 192;

/** Whole device pixels of a canvas. */
export interface PixelBox {
  left: number;
  top: number;
  width: number;
  height: number;
}

interface Sheet {
  image: ImageData;
  pixels: Uint32Array;
}

/** Null shows all. */
type IsShown = ((seat: number) => boolean) | null;

export class SeatPainter {
  #book: SpriteBook | null = null;
  #sheet: Sheet | null = null;

  constructor(readonly scene: Scene) {}

  /** All seats of the picture. */
  paint(pen: Pen, picture: Picture, isShown: IsShown): void {
    for (let top = 0; top < picture.height; top += BAND_PX) {
      const height = Math.min(BAND_PX, picture.height - top);
      this.paintBox(pen, picture, { left: 0, top, width: picture.width, height }, isShown);
    }
  }

  /** Replaces a box of the picture by the seats that reach into it. */
  paintBox(pen: Pen, picture: Picture, box: PixelBox, isShown: IsShown): number[] {
    const reached = this.scene.index.within(planBox(picture, box));
    const seats = isShown ? reached.filter(isShown) : reached;
    const { image, pixels } = this.#emptied(box.width, box.height);
    this.#blitAll({ width: box.width, height: box.height, pixels }, picture, box, seats);
    pen.putImageData(image, box.left, box.top);
    return seats;
  }

  /** The pixels that were used last, where they are as many: bands follow bands, and boxes of seats boxes like them. */
  #emptied(width: number, height: number): Sheet {
    if (this.#sheet?.image.width === width && this.#sheet.image.height === height) this.#sheet.pixels.fill(0);
    else {
      const image = new ImageData(width, height);
      this.#sheet = { image, pixels: new Uint32Array(image.data.buffer) };
    }
    return this.#sheet;
  }

  #blitAll(block: Block, { k, tx, ty, ratio }: Picture, { left, top }: PixelBox, seats: readonly number[]): void {
    const { plan, states, forms } = this.scene;
    const book = this.#bookFor(k, ratio);
    const wanted: Wanted = { look: 0, category: 0, size: 0, angle: 0, isAccessible: false, isDimmed: false };
    for (const seat of seats) {
      const [x, y] = [plan.x[seat]! * k + tx - left, plan.y[seat]! * k + ty - top];
      const [column, row] = [Math.floor(x), Math.floor(y)];
      wanted.look = states.look[seat]!;
      wanted.category = plan.category[seat]!;
      wanted.size = forms.size[seat]!;
      wanted.angle = forms.angle[seat]!;
      wanted.isAccessible = plan.accessible[seat] === 1;
      wanted.isDimmed = states.dimmed[seat] === 1;
      const sprite = book.sprite(wanted, x - column, y - row);
      blit(block, sprite, column - sprite.half, row - sprite.half);
    }
  }

  #bookFor(k: number, ratio: number): SpriteBook {
    const { forms, palette } = this.scene;
    if (this.#book?.k !== k || this.#book.ratio !== ratio || this.#book.palette !== palette) {
      this.#book = new SpriteBook(k, ratio, forms, palette);
    }
    return this.#book;
  }
}

/** The pixels that a seat may be painted on. */
export function pixelBoxOf({ plan }: Scene, { k, tx, ty, width, height }: Picture, seat: number): PixelBox | null {
  // Rings of small seats are larger than these: see the least size of `mine` in glyph.ts.
  const reach = Math.max(plan.reach(seat) * k, 4) + 2;
  const [x, y] = [plan.x[seat]! * k + tx, plan.y[seat]! * k + ty];
  const [left, top] = [Math.max(0, Math.floor(x - reach)), Math.max(0, Math.floor(y - reach))];
  const [right, bottom] = [Math.min(width, Math.ceil(x + reach)), Math.min(height, Math.ceil(y + reach))];
  return right > left && bottom > top ? { left, top, width: right - left, height: bottom - top } : null;
}

function planBox({ k, tx, ty }: Picture, { left, top, width, height }: PixelBox): Box {
  // A little more, for marks that are larger than their seats.
  const rim = 4 / k;
  return { x: (left - tx) / k - rim, y: (top - ty) / k - rim, width: width / k + 2 * rim, height: height / k + 2 * rim };
}

/** Whether a seat can be seen in a picture at all. */
export function isInPicture(scene: Scene, picture: Picture, seat: number): boolean {
  const { x, y, width, height } = boxOf(picture);
  const [left, top, reach] = [scene.plan.x[seat]!, scene.plan.y[seat]!, scene.plan.reach(seat)];
  return left + reach >= x && left - reach <= x + width && top + reach >= y && top - reach <= y + height;
}
