import assert from "node:assert/strict";
import { test } from "node:test";
import { contrast, inkOn, legible, parseColor, toHex, type Rgb } from "./contrast.js";
import { paletteOf } from "./palette.js";
import { dark, light } from "./theme.js";

const DEMO = ["#8E44AD", "#C2407E", "#2F7FD0", "#1F9D8B", "#7A9A3A", "#FFD700", "#4CAF50", "#3D8BD4", "#E0699F", "#D2527F"];
const NASTY = ["#FFFF00", "#FFFFFF", "#000000", "#777777", "#F8F9FB", "#12161E", "#00FF00", "#0000FF"];

const rgb = (color: string): Rgb => parseColor(color)!;

test("black on white has a contrast of 21, a colour on itself of 1", () => {
  assert.equal(contrast(rgb("#000"), rgb("#ffffff")), 21);
  assert.equal(contrast(rgb("#8E44AD"), rgb("#8E44AD")), 1);
  assert.ok(Math.abs(contrast(rgb("#777777"), rgb("#ffffff")) - 4.48) < 0.01);
});

test("colours are read as they are written or as browsers compute them", () => {
  assert.deepEqual(parseColor("#0af"), [0, 170, 255]);
  assert.deepEqual(parseColor("rgb(1, 2, 3)"), [1, 2, 3]);
  assert.deepEqual(parseColor("rgba(1 2 3 / 0.5)"), [1, 2, 3]);
  assert.equal(parseColor("CanvasText"), null);
  assert.equal(toHex([0, 170, 255]), "#00aaff");
});

test("a colour that is told apart already stays what it is", () => {
  assert.deepEqual(legible(rgb("#8E44AD"), [rgb("#ffffff")]), rgb("#8E44AD"));
});

test("a colour that is not told apart keeps its hue and changes its lightness", () => {
  const [r, g, b] = legible(rgb("#FFFF00"), [rgb("#ffffff")]);
  assert.equal(r, g);
  assert.equal(b, 0);
  assert.ok(r < 200 && r > 120, `${r}`);
});

test("what is written on a colour is read at 4.5 to 1", () => {
  for (const color of [...DEMO, ...NASTY]) assert.ok(contrast(inkOn(rgb(color)), rgb(color)) >= 4.5, color);
});

for (const theme of [light, dark]) {
  const categories = [...DEMO, ...NASTY].map((color) => ({ id: color, name: color, color }));
  const palette = paletteOf(theme, categories);
  const { surface, floor, stage, bookedBed, heldBed } = palette;

  test(`${theme.name}: the edge of a category has 3 to 1, and is the category's colour where that has`, () => {
    palette.edges.forEach((color, n) => {
      for (const under of [surface, floor]) assert.ok(contrast(color, under) >= 3, `${categories[n]?.id} ${toHex(color)}`);
      const fill = palette.categories[n]!;
      if ([surface, floor].every((under) => contrast(fill, under) >= 3)) assert.deepEqual(color, fill);
    });
  });

  test(`${theme.name}: the mark of every look has 3 to 1 against what is under it`, () => {
    const marks: [string, Rgb, Rgb[]][] = [
      ["held", palette.held, [surface, floor, heldBed]],
      ["booked", palette.booked, [surface, floor, bookedBed]],
      ["blocked", palette.blocked, [surface, floor]],
      ["mine, taking, giving", palette.mine, [surface, floor, stage]],
      ["dot of mine", palette.mineInk, [palette.mine]],
      ["bought", palette.bought, [surface, floor, stage]],
      ["tick of bought", palette.boughtInk, [palette.bought]],
      ["focus", palette.focus, [surface, floor, stage]],
    ];
    for (const [name, color, unders] of marks) {
      for (const under of unders) assert.ok(contrast(color, under) >= 3, `${name} ${toHex(color)} on ${toHex(under)}`);
    }
  });

  test(`${theme.name}: text has 4.5 to 1`, () => {
    for (const ink of [palette.ink, palette.soft]) {
      for (const under of [surface, floor, stage]) {
        assert.ok(contrast(ink, under) >= 4.5, `${toHex(ink)} on ${toHex(under)}`);
      }
    }
  });
}
