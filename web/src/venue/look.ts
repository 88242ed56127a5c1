/** What a seat is to whoever looks at this page. */
export const LOOKS = ["available", "held", "booked", "blocked", "mine", "taking", "giving", "bought"] as const;

export type Look = (typeof LOOKS)[number];

/** Looks in which nobody else can have the seat, because it is this buyer's, or is asked for. */
export const OWN: ReadonlySet<Look> = new Set<Look>(["mine", "taking", "giving", "bought"]);
