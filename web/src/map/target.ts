/** What on the map a pointer can mean: a seat, a table, an area, a section of the overview. */

/** Each is named by its index in the plan. */
export type Target =
  | { kind: "seat"; seat: number }
  | { kind: "table"; table: number }
  | { kind: "area"; area: number }
  | { kind: "section"; section: number };

export function isSame(a: Target | null, b: Target | null): boolean {
  return a === b || (a !== null && b !== null && a.kind === b.kind && indexOf(a) === indexOf(b));
}

/** The index that a target has among its kind. */
export function indexOf(target: Target): number {
  if (target.kind === "seat") return target.seat;
  if (target.kind === "table") return target.table;
  return target.kind === "area" ? target.area : target.section;
}
