/** How each look is drawn: layers of simple forms, so that colour never has to tell a state alone. */
import type { Look } from "../venue/look.js";
import type { Theme } from "./theme.js";

/** Points and sizes are in halves of the seat: 1 is its edge. */
export type Form =
  | { kind: "box"; size: number; radius: number }
  | { kind: "diamond"; size: number }
  | { kind: "disc"; size: number; x?: number; y?: number }
  | { kind: "line"; from: Spot; to: Spot };

type Spot = readonly [number, number];

export interface Layer {
  form: Form;
  /** A colour of the theme, or that of the seat's category, of its edge, or of what is written on it. */
  color: Exclude<keyof Theme, "name" | "available"> | "category" | "categoryEdge" | "categoryInk";
  /** A line of this width along the form's edge; filled where there is none. */
  stroke?: number;
  alpha?: number;
  /** Cut into so many dashes around the middle. */
  dashes?: number;
  /** Stays upright where the seat is turned. */
  isUpright?: boolean;
}

const TINY_PX = 4;
const SMALL_PX = 9;
const FINE_PX = 15;

/**
 * `px` is the shorter side of the seat in CSS pixels: what is small is drawn simpler. That a seat is for a wheelchair is
 * shown while it is free; afterwards its look alone says why it is not.
 */
export function layersOf(look: Look, px: number, isAccessible: boolean): Layer[] {
  const layers = LOOKS[look](px);
  if (look !== "available" || !isAccessible || px < SMALL_PX) return layers;
  return [...layers, ...(px < FINE_PX ? WHEEL : WHEELCHAIR)];
}

/** Whether numbers may be written on the seat: its middle is empty. */
export function hasRoomForNumber(look: Look, isAccessible: boolean): boolean {
  return look === "available" && !isAccessible;
}

const box = (size: number, radius: number, color: Layer["color"], more: Partial<Layer> = {}): Layer =>
  ({ form: { kind: "box", size, radius }, color, ...more });
const diamond = (size: number, color: Layer["color"], more: Partial<Layer> = {}): Layer =>
  ({ form: { kind: "diamond", size }, color, isUpright: true, ...more });
const line = (from: Spot, to: Spot, color: Layer["color"], stroke: number): Layer =>
  ({ form: { kind: "line", from, to }, color, stroke, isUpright: true });
const disc = (size: number, color: Layer["color"], more: Partial<Layer> = {}): Layer =>
  ({ form: { kind: "disc", size }, color, isUpright: true, ...more });
const dot = (x: number, y: number, size: number, color: Layer["color"], more: Partial<Layer> = {}): Layer =>
  ({ form: { kind: "disc", size, x, y }, color, isUpright: true, ...more });

const cross = (reach: number, stroke: number): Layer[] => [
  line([-reach, -reach], [reach, reach], "booked", stroke),
  line([reach, -reach], [-reach, reach], "booked", stroke),
];

/** A disc that is seen even where the seat is a dot. */
const ownDot = (px: number, color: Layer["color"], more: Partial<Layer> = {}): Layer[] =>
  [disc(Math.max(1, 4 / px), color, more)];

const LOOKS: Record<Look, (px: number) => Layer[]> = {
  available: (px) => px < SMALL_PX
    ? [box(0.94, 0.36, "categoryEdge")]
    : [box(0.94, 0.36, "categoryEdge"), box(Math.max(0.7, 0.94 - 4 / px), 0.3, "category")],
  held: (px) => px < SMALL_PX ? [diamond(0.94, "held")] : [
    diamond(0.98, "heldBed"),
    diamond(0.9, "held", { stroke: 0.17 }),
    line([-0.28, 0], [0.28, 0], "held", 0.2),
  ],
  booked: (px) => px < TINY_PX ? [box(0.5, 0.3, "booked")] : [
    box(0.84, 0.3, "bookedBed"),
    ...cross(px < FINE_PX ? 0.42 : 0.34, px < FINE_PX ? 0.22 : 0.17),
  ],
  blocked: (px) => [
    box(0.76, 0.3, "blocked", { stroke: 0.06, alpha: 0.35 }),
    line([-0.42, 0], [0.42, 0], "blocked", px < FINE_PX ? 0.28 : 0.2),
  ],
  mine: (px) => px < SMALL_PX ? ownDot(px, "mine") : [
    disc(1.02, "surface"),
    disc(0.64, "mine"),
    disc(0.9, "mine", { stroke: 0.17 }),
    disc(0.24, "mineInk"),
  ],
  taking: (px) => px < SMALL_PX ? ownDot(px, "mine", { stroke: 0.3 }) : [
    disc(0.9, "surface"),
    disc(0.86, "mine", { stroke: 0.2, dashes: 6 }),
    disc(0.3, "mine"),
  ],
  giving: (px) => px < SMALL_PX ? ownDot(px, "mine", { stroke: 0.3, alpha: 0.8 }) : [
    disc(0.9, "surface"),
    disc(0.6, "mine", { alpha: 0.3 }),
    disc(0.86, "mine", { stroke: 0.12 }),
  ],
  bought: (px) => px < SMALL_PX ? ownDot(px, "bought") : [
    disc(0.98, "bought"),
    line([-0.4, 0.04], [-0.1, 0.34], "boughtInk", 0.24),
    line([-0.1, 0.34], [0.44, -0.32], "boughtInk", 0.24),
  ],
};

const WHEELCHAIR: Layer[] = [
  dot(-0.1, -0.56, 0.15, "categoryInk"),
  dot(-0.08, 0.22, 0.36, "categoryInk", { stroke: 0.15 }),
  line([-0.1, -0.3], [-0.02, 0.08], "categoryInk", 0.17),
  line([-0.02, 0.08], [0.32, 0.08], "categoryInk", 0.17),
  line([0.32, 0.08], [0.5, 0.48], "categoryInk", 0.17),
];

/** What is left of it where a seat is small: a head above a wheel. */
const WHEEL: Layer[] = [dot(0, -0.5, 0.18, "categoryInk"), dot(0, 0.2, 0.36, "categoryInk", { stroke: 0.2 })];
