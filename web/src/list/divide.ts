/**
 * How the seats of a plan are divided into the groups of the list, one of which is open at a time.
 *
 * A group is small enough to be opened at once and to be walked through: a section, or a row of it, or a hundred seats
 * of that row. Tables and areas are groups of their own.
 */
import type { Plan } from "../venue/plan.js";

export interface Row {
  /** Empty where the layout names no row. */
  label: string;
  /** From one end to the other. */
  seats: readonly number[];
}

export interface Group {
  /** Names the group for as long as the plan is the same. */
  key: string;
  kind: "seats" | "table" | "area";
  /** Index in the plan's tables or areas; -1 for seats. */
  index: number;
  /** The section that the group is, or is a part of; empty without one. */
  section: string;
  /** The row that the group is, or is a part of; empty where it is more than one, or has no label. */
  row: string;
  /** The numbers of its first and its last seat, where it is a part of a row; else counted from 1. */
  block: { first: string; last: string } | null;
  /** None in an area. */
  rows: readonly Row[];
  /** The seats of all rows, in order. */
  seats: readonly number[];
}

/** More seats than this take too long to open, and to walk through. */
export const GROUP_MAX = 500;
const BLOCK = 100;

/** Groups in the plan's order, areas last. */
export function divide(plan: Plan): Group[] {
  return [...pools(plan).flatMap((pool) => divided(plan, pool)), ...plan.areas.map(areaGroup)];
}

interface Pool {
  /** Index in the plan's tables; -1 for seats in rows. */
  table: number;
  section: string;
  seats: number[];
}

/** Seats that belong together, by table or by section, in the order of their first seat. */
function pools(plan: Plan): Pool[] {
  const found = new Map<string, Pool>();
  for (let seat = 0; seat < plan.count; seat += 1) {
    const [table, section] = [plan.table[seat]!, plan.section[seat]!];
    const key = table >= 0 ? `t${table}` : `s${section}`;
    const pool = found.get(key);
    if (pool) pool.seats.push(seat);
    else found.set(key, { table, section: plan.sections[section]?.name ?? "", seats: [seat] });
  }
  return [...found.values()];
}

function divided(plan: Plan, pool: Pool): Group[] {
  const { table, section, seats } = pool;
  if (table >= 0) {
    const rows = [{ label: "", seats: inOrder(plan, seats, "") }];
    const key = keyOf("table", plan.tables[table]!.id);
    return [group({ key, kind: "table", index: table, section, rows })];
  }
  const rows = rowsOf(plan, seats);
  if (section && seats.length <= GROUP_MAX) return [group({ key: keyOf("section", section), section, rows })];
  return rows.flatMap((row) => {
    const isWhole = row.label !== "" && row.seats.length <= GROUP_MAX;
    return isWhole ? [rowGroup(section, row)] : blocks(plan, section, row);
  });
}

function rowsOf(plan: Plan, seats: readonly number[]): Row[] {
  const byLabel = new Map<string, number[]>();
  for (const seat of seats) {
    const label = plan.rows[seat]!;
    const row = byLabel.get(label);
    if (row) row.push(seat);
    else byLabel.set(label, [seat]);
  }
  return [...byLabel].map(([label, members]) => ({ label, seats: inOrder(plan, members, label) }));
}

function rowGroup(section: string, row: Row): Group {
  return group({ key: keyOf("section", section, "row", row.label), section, row: row.label, rows: [row] });
}

function blocks(plan: Plan, section: string, { label, seats }: Row): Group[] {
  const isNumbered = areClear(numbersOf(plan, seats));
  const name = (n: number) => (isNumbered ? plan.numbers[seats[n]!]! : String(n + 1));
  return Array.from({ length: Math.ceil(seats.length / BLOCK) }, (_, n) => {
    const first = n * BLOCK;
    const part = seats.slice(first, first + BLOCK);
    const block = { first: name(first), last: name(first + part.length - 1) };
    const key = keyOf("section", section, "row", label, "from", String(first + 1));
    return group({ key, section, row: label, block, rows: [{ label, seats: part }] });
  });
}

function areaGroup({ id }: { id: string }, index: number): Group {
  return group({ key: keyOf("area", id), kind: "area", index, rows: [] });
}

function group(given: Pick<Group, "key" | "rows"> & Partial<Group>): Group {
  const seats = given.rows.flatMap((row) => row.seats);
  return { kind: "seats", index: -1, section: "", row: "", block: null, ...given, seats };
}

function keyOf(...parts: readonly string[]): string {
  return parts.map((part) => part.replaceAll("%", "%25").replaceAll("/", "%2F")).join("/");
}

/** By number where that tells all seats apart, else along the row; without a row the plan's own order is best. */
function inOrder(plan: Plan, seats: readonly number[], label: string): readonly number[] {
  const numbers = numbersOf(plan, seats);
  if (isAscending(numbers)) return seats;
  if (areClear(numbers)) return [...numbers.keys()].sort((a, b) => numbers[a]! - numbers[b]!).map((n) => seats[n]!);
  return label ? alongTheRow(plan, seats) : seats;
}

function numbersOf(plan: Plan, seats: readonly number[]): number[] {
  return seats.map((seat) => Number(plan.numbers[seat]!.trim() || NaN));
}

function isAscending(numbers: readonly number[]): boolean {
  return numbers.every((number, n) => Number.isFinite(number) && (n === 0 || number > numbers[n - 1]!));
}

/** Whether all are numbers, and none comes twice. */
function areClear(numbers: readonly number[]): boolean {
  return numbers.every(Number.isFinite) && new Set(numbers).size === numbers.length;
}

function alongTheRow({ x, y }: Plan, seats: readonly number[]): number[] {
  const reach = (at: Float32Array) => {
    const all = seats.map((seat) => at[seat]!);
    return all.reduce((a, b) => Math.max(a, b)) - all.reduce((a, b) => Math.min(a, b));
  };
  const [along, across] = reach(x) >= reach(y) ? [x, y] : [y, x];
  return [...seats].sort((a, b) => along[a]! - along[b]! || across[a]! - across[b]!);
}
