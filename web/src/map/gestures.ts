/** What fingers and mouse do, as a pure function of what they have done: drags, pinches, taps. */
import type { Point } from "./camera.js";

export type PointerKind = "mouse" | "pen" | "touch";

/** Points are in CSS pixels of the view; time in milliseconds. */
export interface Pressed {
  type: "down" | "move" | "up" | "cancel";
  id: number;
  at: Point;
  time: number;
  kind: PointerKind;
}

export type Gesture =
  | { type: "pan"; dx: number; dy: number }
  | { type: "pinch"; factor: number; at: Point; dx: number; dy: number }
  /** `count` is 2 for the second of a double tap. */
  | { type: "tap"; at: Point; count: 1 | 2; kind: PointerKind }
  | { type: "end" };

export interface Hands {
  pointers: ReadonlyMap<number, Point>;
  start: Point | null;
  /** Whether this press has become a drag, or had a second finger. */
  isDrag: boolean;
  lastTap: { at: Point; time: number } | null;
}

export const NO_HANDS: Hands = { pointers: new Map(), start: null, isDrag: false, lastTap: null };

/** A hand that trembles less than this has not dragged. */
const DRAG_PX = 6;
const DOUBLE_MS = 320;
const DOUBLE_PX = 24;

export function handle(hands: Hands, event: Pressed): { hands: Hands; gesture: Gesture | null } {
  if (event.type === "down") return { hands: press(hands, event), gesture: null };
  if (!hands.pointers.has(event.id)) return { hands, gesture: null };
  return event.type === "move" ? move(hands, event) : lift(hands, event);
}

function press(hands: Hands, { id, at }: Pressed): Hands {
  const pointers = new Map(hands.pointers).set(id, at);
  const isFirst = pointers.size === 1;
  return { ...hands, pointers, start: isFirst ? at : hands.start, isDrag: !isFirst };
}

function move(hands: Hands, { id, at }: Pressed): { hands: Hands; gesture: Gesture | null } {
  const before = hands.pointers.get(id)!;
  const pointers = new Map(hands.pointers).set(id, at);
  const other = [...hands.pointers].find(([each]) => each !== id)?.[1];
  if (other) return { hands: { ...hands, pointers }, gesture: pinch(before, at, other) };
  const isDrag = hands.isDrag || apart(hands.start!, at) > DRAG_PX;
  // Until it is a drag nothing moves; then it starts from where the hand is, without a leap.
  const gesture: Gesture | null = hands.isDrag ? { type: "pan", dx: before.x - at.x, dy: before.y - at.y } : null;
  return { hands: { ...hands, pointers, isDrag }, gesture };
}

function pinch(before: Point, at: Point, other: Point): Gesture {
  const middle = (a: Point) => ({ x: (a.x + other.x) / 2, y: (a.y + other.y) / 2 });
  const [from, to] = [middle(before), middle(at)];
  return { type: "pinch", factor: apart(at, other) / apart(before, other), at: to, dx: from.x - to.x, dy: from.y - to.y };
}

function lift(hands: Hands, { type, id, time, kind, at }: Pressed): { hands: Hands; gesture: Gesture | null } {
  const pointers = new Map(hands.pointers);
  pointers.delete(id);
  if (pointers.size > 0) return { hands: { ...hands, pointers }, gesture: null };
  const isTap = type === "up" && !hands.isDrag && apart(hands.start!, at) <= DRAG_PX;
  if (!isTap) return { hands: { ...NO_HANDS }, gesture: { type: "end" } };
  const { lastTap } = hands;
  const isSecond = lastTap !== null && time - lastTap.time < DOUBLE_MS && apart(lastTap.at, at) < DOUBLE_PX;
  const next = { ...NO_HANDS, lastTap: isSecond ? null : { at, time } };
  return { hands: next, gesture: { type: "tap", at, count: isSecond ? 2 : 1, kind } };
}

function apart(a: Point, b: Point): number {
  return Math.max(1, Math.hypot(a.x - b.x, a.y - b.y));
}
