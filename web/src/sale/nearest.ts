/** What is offered in the place of seats that were lost: the nearest free ones of the same category. */
import type { Venue } from "../venue/venue.js";

/** As many free seats as `lost` has, each of its seat's category and nearest to it, none twice; fewer where there are fewer. */
export function nearestFree(venue: Venue, lost: readonly number[]): number[] {
  const chosen = new Set<number>();
  for (const seat of lost) {
    const best = nearestTo(venue, seat, chosen);
    if (best !== undefined) chosen.add(best);
  }
  return [...chosen];
}

function nearestTo(venue: Venue, seat: number, taken: ReadonlySet<number>): number | undefined {
  const { plan } = venue;
  let [best, least]: [number | undefined, number] = [undefined, Infinity];
  for (let other = 0; other < plan.count; other += 1) {
    if (other === seat || plan.category[other] !== plan.category[seat] || taken.has(other)) continue;
    const distance = apart(venue, seat, other);
    if (distance >= least || venue.look(other) !== "available") continue;
    [best, least] = [other, distance];
  }
  return best;
}

/** A seat in another section or row is farther than its place says, for nobody gets from the one to the other. */
function apart({ plan }: Venue, a: number, b: number): number {
  const straight = Math.hypot(plan.x[a]! - plan.x[b]!, plan.y[a]! - plan.y[b]!);
  const away = (plan.section[a] === plan.section[b] ? 1 : 2) * (plan.rows[a] === plan.rows[b] ? 1 : 1.5);
  return straight * away;
}
