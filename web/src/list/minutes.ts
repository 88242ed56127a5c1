/** When the list has to say something else although nothing has changed: a held seat is free again in a minute less. */
import { aboutChangesIn } from "../words/seat.js";
import type { Context } from "./context.js";

/** In how many milliseconds the name of one of the seats changes by itself; Infinity for never. */
export function minuteChangesIn({ venue, nowMs }: Context, seats: readonly number[]): number {
  const now = nowMs();
  return seats.reduce((least, seat) => {
    const expires = venue.look(seat) === "held" ? venue.expires(seat) : 0;
    return expires ? Math.min(least, aboutChangesIn(expires - now)) : least;
  }, Infinity);
}
