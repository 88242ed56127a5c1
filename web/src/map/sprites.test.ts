import assert from "node:assert/strict";
import { test } from "node:test";
import { LOOKS, type Look } from "../venue/look.js";
import { blit } from "./blit.js";
import { contrast, mix, type Rgb } from "./contrast.js";
import { paletteOf, type Palette } from "./palette.js";
import type { Sprite } from "./raster.js";
import { SpriteBook } from "./sprites.js";
import { dark, light } from "./theme.js";

const COLORS = [
  "#8E44AD", "#C2407E", "#2F7FD0", "#1F9D8B", "#7A9A3A", "#FFD700", "#4CAF50",
  "#FFFF00", "#FFFFFF", "#000000", "#777777", "#F8F9FB", "#12161E",
];
const CATEGORIES = COLORS.map((color) => ({ id: color, name: color, color }));

function spriteOf(palette: Palette, look: Look, px: number, category = 0, more = {}): Sprite {
  const forms = { size: new Uint16Array(1), sizes: [{ width: 1, height: 1 }], angle: new Float32Array(1) };
  const book = new SpriteBook(px, 1, forms, palette);
  const wanted = { look: LOOKS.indexOf(look), category, size: 0, angle: 0, isAccessible: false, isDimmed: false };
  return book.sprite({ ...wanted, ...more }, 0, 0);
}

/** Each pixel as it looks on a background. */
function seenOn({ pixels }: Sprite, under: Rgb): Rgb[] {
  const colorOf = (pixel: number): Rgb => [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255];
  return [...pixels].map((pixel) => mix(under, colorOf(pixel), (pixel >>> 24) / 255));
}

/** How many pixels are told from a background. */
function told(sprite: Sprite, under: Rgb): number {
  return seenOn(sprite, under).filter((pixel) => contrast(pixel, under) >= 3).length;
}

for (const theme of [light, dark]) {
  const palette = paletteOf(theme, CATEGORIES);
  for (const look of LOOKS) {
    test(`${theme.name}: a seat that is ${look} is told from what is under it at 3 to 1`, () => {
      for (const px of [8, 14, 26]) {
        for (const [n, { id }] of CATEGORIES.entries()) {
          for (const under of [palette.surface, palette.floor]) {
            const share = told(spriteOf(palette, look, px, n), under) / (px * px);
            assert.ok(share > 0.035, `${look} ${id} at ${px}: ${share.toFixed(3)} of the seat is told`);
          }
        }
      }
    });
  }

  for (const px of [12, 26]) {
    test(`${theme.name}: each two looks differ in shape, without any colour, at ${px} pixels`, () => {
      const isMarked = (pixel: Rgb) => contrast(pixel, palette.surface) >= 3;
      const shapes = LOOKS.map((look) => seenOn(spriteOf(palette, look, px), palette.surface).map(isMarked));
      for (const [a, first] of shapes.entries()) {
        for (const [b, second] of shapes.entries()) {
          if (a >= b) continue;
          const differing = first.filter((mark, n) => mark !== second[n]).length;
          assert.ok(differing > px * px * 0.06, `${LOOKS[a]} and ${LOOKS[b]}: ${differing} pixels`);
        }
      }
    });
  }

  test(`${theme.name}: a free seat for a wheelchair has a mark that is read on its colour`, () => {
    for (const [n, { id }] of CATEGORIES.entries()) {
      const fill = palette.categories[n]!;
      for (const px of [11, 26]) {
        const count = (isAccessible: boolean) => told(spriteOf(palette, "available", px, n, { isAccessible }), fill);
        assert.ok(count(true) - count(false) > px * px * 0.03, `${id} at ${px}`);
      }
    }
  });
}

const palette = paletteOf(light, CATEGORIES);

test("own seats are seen even where a seat is a dot", () => {
  for (const look of ["mine", "taking", "giving", "bought"] as const) {
    assert.ok(told(spriteOf(palette, look, 2), palette.surface) >= 8, look);
  }
});

test("a dimmed seat is as large and fainter", () => {
  const [plain, dimmed] = [false, true].map((isDimmed) => spriteOf(palette, "available", 20, 0, { isDimmed }));
  const opacity = ({ pixels }: Sprite) => pixels.reduce((sum, pixel) => sum + (pixel >>> 24), 0);
  assert.equal(plain!.size, dimmed!.size);
  assert.ok(opacity(dimmed!) < opacity(plain!) * 0.3 && opacity(dimmed!) > 0);
});

test("a sprite is made once for all seats that look alike", () => {
  const forms = { size: new Uint16Array(1), sizes: [{ width: 10, height: 10 }], angle: new Float32Array(1) };
  const book = new SpriteBook(2, 1, forms, palette);
  const wanted = { look: 0, category: 1, size: 0, angle: 0, isAccessible: false, isDimmed: false };
  assert.equal(book.sprite(wanted, 0.1, 0.2), book.sprite({ ...wanted }, 0.12, 0.22));
  const quarter = { ...wanted, angle: Math.PI / 2 };
  assert.equal(book.sprite(wanted, 0, 0), book.sprite(quarter, 0, 0), "a quarter turn changes no square");
  assert.notEqual(book.sprite(wanted, 0, 0), book.sprite({ ...wanted, angle: 0.4 }, 0, 0));
  assert.notEqual(book.sprite(wanted, 0, 0), book.sprite({ ...wanted, category: 2 }, 0, 0));
  const booked = { ...wanted, look: LOOKS.indexOf("booked") };
  const other = { ...booked, category: 2 };
  assert.equal(book.sprite(booked, 0, 0), book.sprite(other, 0, 0), "sold seats have no category's colour");
});

test("seats that are longer than wide are not the same after a quarter turn", () => {
  const forms = { size: new Uint16Array(1), sizes: [{ width: 20, height: 10 }], angle: new Float32Array(1) };
  const book = new SpriteBook(1, 1, forms, palette);
  const wanted = { look: 0, category: 1, size: 0, angle: 0, isAccessible: false, isDimmed: false };
  assert.notEqual(book.sprite(wanted, 0, 0), book.sprite({ ...wanted, angle: Math.PI / 2 }, 0, 0));
});

test("copying a sprite leaves out what lies outside of the block", () => {
  const sprite: Sprite = { half: 1, size: 3, pixels: new Uint32Array(9).fill(0xff000001) };
  for (const [left, top, painted] of [[-2, -2, 1], [0, 0, 9], [3, 3, 1], [-9, 0, 0], [9, 9, 0]] as const) {
    const block = { width: 4, height: 4, pixels: new Uint32Array(16) };
    blit(block, sprite, left, top);
    assert.equal(block.pixels.filter(Boolean).length, painted, `${left} ${top}`);
  }
});

test("two sprites that touch give the same pixels in whichever order they are copied", () => {
  const [a, b] = (["available", "mine"] as const).map((look) => spriteOf(palette, look, 12));
  const blocks = [[a!, b!], [b!, a!]].map((order) => {
    const block = { width: 40, height: 40, pixels: new Uint32Array(1600) };
    order.forEach((sprite) => blit(block, sprite, sprite === a ? 2 : 9, 4));
    return block.pixels;
  });
  assert.deepEqual(blocks[0], blocks[1]);
});
