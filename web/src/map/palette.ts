/** A theme and a plan's categories as numbers: what is painted with, each colour told from what lies under it. */
import type { Category } from "../venue/plan.js";
import { contrast, GRAPHICS, inkOn, legible, parseColor, type Rgb } from "./contrast.js";
import type { Theme } from "./theme.js";

type Named = Exclude<keyof Theme, "name" | "available">;

export interface Palette extends Record<Named, Rgb> {
  name: Theme["name"];
  /** By category index, and one more for seats of an unknown one. */
  categories: readonly Rgb[];
  /** Their edges: the same colour, lighter or darker where it would not be told from what is under it. */
  edges: readonly Rgb[];
  /** What is written on them. */
  inks: readonly Rgb[];
}

/** An edge is thin, and half of it mixes with what is beside it. */
const EDGE = 3.6;
const UNKNOWN: Rgb = [128, 128, 128];

/** Says what the browser makes of a colour that is not `#rrggbb`, such as the system's. */
export type Resolve = (color: string) => string;

export function paletteOf(theme: Theme, categories: readonly Category[], resolve: Resolve = String): Palette {
  const read = (color: string) => parseColor(color) ?? parseColor(resolve(color)) ?? UNKNOWN;
  const { name, available, ...named } = theme;
  const colors = Object.fromEntries(Object.entries(named).map(([key, color]) => [key, read(color)])) as Record<Named, Rgb>;
  const fills = [...categories.map(({ color }) => color), theme.soft].map((color) => read(available || color));
  const unders = [colors.surface, colors.floor];
  const isTold = (fill: Rgb) => unders.every((under) => contrast(fill, under) >= GRAPHICS);
  const edges = fills.map((fill) => (isTold(fill) ? fill : legible(fill, unders, EDGE)));
  return { ...colors, name, categories: fills, edges, inks: fills.map((fill) => inkOn(fill)) };
}
