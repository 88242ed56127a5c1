/**
 * The pictures of seats at one scale: for each category, look, size and turn one, made when it is first needed.
 *
 * Small seats are also told apart by where in a pixel their middle is, since rows would look uneven otherwise.
 */
import { LOOKS, type Look } from "../venue/look.js";
import type { Rgb } from "./contrast.js";
import { layersOf, type Layer } from "./glyph.js";
import type { Palette } from "./palette.js";
import { rasterize, type Sprite } from "./raster.js";
import type { SeatForms } from "./seat-forms.js";

/** How far a corner may be from where it belongs, in device pixels. */
const CORNER_OFF_PX = 0.4;
const TURNS_MAX = 64;
const DIMMED = 0.22;
/** Looks that have nothing which is turned with the seat. */
const UPRIGHT: ReadonlySet<Look> = new Set<Look>(["held", "mine", "taking", "giving", "bought"]);
const AVAILABLE = LOOKS.indexOf("available");

export interface Wanted {
  /** Index in `LOOKS`. */
  look: number;
  category: number;
  size: number;
  angle: number;
  isAccessible: boolean;
  isDimmed: boolean;
}

export class SpriteBook {
  readonly #sprites = new Map<number, Sprite>();
  readonly #turns: readonly number[];
  /** How many positions within a pixel are told apart, across and down. */
  readonly steps: number;

  /** `k` is device pixels per unit of the plan, `ratio` device pixels per CSS pixel. */
  constructor(readonly k: number, readonly ratio: number, readonly forms: SeatForms, readonly palette: Palette) {
    const smallest = Math.min(...forms.sizes.map(({ width, height }) => Math.min(width, height))) * k;
    this.steps = smallest < 8 ? 4 : smallest < 20 ? 2 : 1;
    this.#turns = forms.sizes.map(({ width, height }) => turnsOf(Math.hypot(width, height) * k));
  }

  /** `across` and `down` say where in its pixel the middle is, from 0 up to but not 1. */
  sprite(wanted: Wanted, across: number, down: number): Sprite {
    const turn = this.#turnOf(wanted);
    const column = (across * this.steps) | 0;
    const row = (down * this.steps) | 0;
    const category = wanted.look === AVAILABLE ? wanted.category : 0;
    const flags = (wanted.isAccessible ? 1 : 0) + (wanted.isDimmed ? 2 : 0);
    // Mixed radix: sizes are at most 65,536 and categories as many, but a plan never has both; the product stays exact.
    const kind = ((wanted.size * (this.palette.categories.length + 1) + category) * LOOKS.length + wanted.look) * 4 + flags;
    const key = ((kind * (TURNS_MAX * 2 + 1) + turn) * this.steps + row) * this.steps + column;
    let sprite = this.#sprites.get(key);
    if (!sprite) {
      sprite = this.#make(wanted, turn, (column + 0.5) / this.steps, (row + 0.5) / this.steps);
      this.#sprites.set(key, sprite);
    }
    return sprite;
  }

  /** A square that is turned by a quarter is what it was, and some looks are never turned. */
  #turnOf({ look, size, angle }: Wanted): number {
    if (UPRIGHT.has(LOOKS[look]!)) return 0;
    const { width, height } = this.forms.sizes[size]!;
    const turns = this.#turns[size]!;
    const turn = Math.round((angle / (Math.PI / 2)) * turns);
    return turn % (width === height ? turns : turns * 2);
  }

  #make({ look, category, size, isAccessible, isDimmed }: Wanted, turn: number, offsetX: number, offsetY: number): Sprite {
    const { width, height } = this.forms.sizes[size]!;
    const px = (Math.min(width, height) * this.k) / this.ratio;
    return rasterize({
      layers: layersOf(LOOKS[look]!, px, isAccessible),
      colorOf: (color) => colorOf(this.palette, color, category),
      width: width * this.k,
      height: height * this.k,
      angle: (turn / this.#turns[size]!) * (Math.PI / 2),
      offsetX,
      offsetY,
      opacity: isDimmed ? DIMMED : 1,
    });
  }
}

/** Into how many steps a quarter turn is divided for a seat with this diagonal. */
function turnsOf(diagonal: number): number {
  return Math.min(TURNS_MAX, Math.max(1, Math.ceil(((Math.PI / 2) * (diagonal / 2)) / (2 * CORNER_OFF_PX))));
}

export function colorOf(palette: Palette, color: Layer["color"], category: number): Rgb {
  const known = Math.min(category, palette.categories.length - 1);
  switch (color) {
    case "category": return palette.categories[known]!;
    case "categoryEdge": return palette.edges[known]!;
    case "categoryInk": return palette.inks[known]!;
    default: return palette[color];
  }
}
