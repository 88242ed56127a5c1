/** How closely the map is looked at, and what a tap means there. */

/** Sections as a whole, seats to look at, or seats to choose. */
export type Detail = "sections" | "seats" | "choice";

/** Seats below this are not told apart: their sections are drawn instead. */
export const SEEN_PX = 7;
/** What is smaller than this on the screen is not meant by a tap (WCAG 2.2, 2.5.8). */
export const TAPPED_PX = 24;
/** What was too small is brought up to this. */
export const APPROACHED_PX = 34;

/** `seatPx` is the usual size of a seat on the screen. */
export function detailOf(seatPx: number, hasSections: boolean): Detail {
  if (hasSections && seatPx < SEEN_PX) return "sections";
  return seatPx < TAPPED_PX ? "seats" : "choice";
}

export function isTappable(px: number): boolean {
  // A fitted plan may miss the limit by what floating point loses.
  return px >= TAPPED_PX - 0.01;
}
