/** Rows by their short names, and where these begin and end. */
import type { Plan } from "../venue/plan.js";

/** A longer name of a row stays in the list. */
const NAME_MAX = 4;

export interface Row {
  name: string;
  ends: readonly End[];
}

/** The middle of a row's first or last seat, half of its size, and which way the row would run on. */
export interface End {
  x: number;
  y: number;
  half: number;
  dx: number;
  dy: number;
}

/** Rows that have a short name, without chairs at tables. A section's own name in front of it is left out. */
export function rowsOf(plan: Plan): Row[] {
  const runs = new Map<string, number[]>();
  for (let seat = 0; seat < plan.count; seat += 1) {
    const name = plan.rows[seat]!;
    if (name === "" || plan.table[seat] !== -1) continue;
    const key = `${plan.section[seat]} ${name}`;
    const run = runs.get(key);
    if (run) run.push(seat);
    else runs.set(key, [seat]);
  }
  const rows = [...runs.values()].map((seats) => ({ name: shortName(plan, seats[0]!), ends: endsOf(plan, seats) }));
  return rows.filter(({ name }) => name.length <= NAME_MAX);
}

function shortName(plan: Plan, seat: number): string {
  const name = plan.rows[seat]!;
  const section = plan.sections[plan.section[seat]!]?.name ?? "";
  return section && name.startsWith(`${section} `) ? name.slice(section.length + 1) : name;
}

function endsOf(plan: Plan, seats: readonly number[]): End[] {
  const [first, last] = [seats[0]!, seats.at(-1)!];
  // A single seat has no direction of its own; its row is named on its left.
  if (seats.length === 1) return [{ ...middle(plan, first), dx: -1, dy: 0 }];
  return [beyond(plan, first, seats[1]!), beyond(plan, last, seats.at(-2)!)];
}

function beyond(plan: Plan, seat: number, next: number): End {
  const from = middle(plan, seat);
  const [dx, dy] = [from.x - plan.x[next]!, from.y - plan.y[next]!];
  const away = Math.hypot(dx, dy) || 1;
  return { ...from, dx: dx / away, dy: dy / away };
}

function middle(plan: Plan, seat: number): { x: number; y: number; half: number } {
  return { x: plan.x[seat]!, y: plan.y[seat]!, half: Math.max(plan.w[seat]!, plan.h[seat]!) / 2 };
}
