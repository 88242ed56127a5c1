/**
 * Where the focus goes from a seat. No key comes to a dead end: after a row's last seat comes the next row's first,
 * after a group's last row the next group, and after the last group the first.
 *
 * Left and right are those of the list, whose rows run from left to right in every language, as the plan does.
 */
import type { Group } from "./divide.js";

export type Move =
  | "left"
  | "right"
  | "up"
  | "down"
  | "rowStart"
  | "rowEnd"
  | "groupStart"
  | "groupEnd"
  | "previousGroup"
  | "nextGroup";

/** What a key asks for; null for a key that is not ours. */
export function moveOf({ key, ctrlKey, altKey, metaKey, shiftKey }: KeyPress): Move | null {
  if (altKey || metaKey || shiftKey) return null;
  return (ctrlKey ? WITH_CTRL : PLAIN).get(key) ?? null;
}

export type KeyPress = Pick<KeyboardEvent, "key" | "ctrlKey" | "altKey" | "metaKey" | "shiftKey">;

const PLAIN: ReadonlyMap<string, Move> = new Map([
  ["ArrowLeft", "left"],
  ["ArrowRight", "right"],
  ["ArrowUp", "up"],
  ["ArrowDown", "down"],
  ["Home", "rowStart"],
  ["End", "rowEnd"],
  ["PageUp", "previousGroup"],
  ["PageDown", "nextGroup"],
]);
const WITH_CTRL: ReadonlyMap<string, Move> = new Map([["Home", "groupStart"], ["End", "groupEnd"]]);

/** Where the seats are on the plan. */
export interface Positions {
  x: ArrayLike<number>;
  y: ArrayLike<number>;
}

/** The seat that a move leads to from `seat`, which is in group `at`. Groups without seats, areas, are passed by. */
export function moved(groups: readonly Group[], at: number, seat: number, move: Move, positions: Positions): number {
  const { rows, seats } = groups[at]!;
  const row = rows.findIndex((each) => each.seats.includes(seat));
  const inRow = rows[row]!.seats;
  switch (move) {
    case "left":
    case "right":
      return beside(groups, at, seat, move === "left" ? -1 : 1);
    case "up":
    case "down":
      return nearest(seat, rowBeyond(groups, at, row, move === "up" ? -1 : 1), positions);
    case "rowStart":
      return inRow[0]!;
    case "rowEnd":
      return inRow.at(-1)!;
    case "groupStart":
      return seats[0]!;
    case "groupEnd":
      return seats.at(-1)!;
    case "previousGroup":
      return groupBeyond(groups, at, -1).seats[0]!;
    case "nextGroup":
      return groupBeyond(groups, at, 1).seats[0]!;
  }
}

function beside(groups: readonly Group[], at: number, seat: number, step: 1 | -1): number {
  const { seats } = groups[at]!;
  const next = seats[seats.indexOf(seat) + step];
  return next ?? groupBeyond(groups, at, step).seats.at(step === 1 ? 0 : -1)!;
}

function rowBeyond(groups: readonly Group[], at: number, row: number, step: 1 | -1): readonly number[] {
  const next = groups[at]!.rows[row + step];
  return (next ?? groupBeyond(groups, at, step).rows.at(step === 1 ? 0 : -1)!).seats;
}

/** The next group that has seats, round and round; the same one where it is the only one. */
function groupBeyond(groups: readonly Group[], at: number, step: 1 | -1): Group {
  for (let far = 1; far < groups.length; far += 1) {
    const group = groups[(at + far * step + groups.length) % groups.length]!;
    if (group.seats.length) return group;
  }
  return groups[at]!;
}

function nearest(seat: number, row: readonly number[], { x, y }: Positions): number {
  const far = (each: number) => Math.hypot(x[each]! - x[seat]!, y[each]! - y[seat]!);
  return row.reduce((best, each) => (far(each) < far(best) ? each : best));
}

/** The heading that a move leads to from another, of `count`, round and round; null where it means nothing. */
export function stepped(at: number, count: number, move: Move): number | null {
  if (move === "rowStart" || move === "groupStart") return 0;
  if (move === "rowEnd" || move === "groupEnd") return count - 1;
  if (move === "down") return (at + 1) % count;
  return move === "up" ? (at - 1 + count) % count : null;
}
