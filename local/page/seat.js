// A seat, or a place in an area, as this page knows it: at the highest version seen, and whether it is ours.

export const STATES = ["blocked", "available", "held", "booked", "mine", "bought"];

/** What a seat is to whoever looks at this page. */
export function stateOf(seat) {
  if (seat.status === "booked") return seat.mine ? "bought" : "booked";
  if (seat.mine) return "mine";
  return seat.status;
}

/** What a seat is that nobody ever had: without a price it is not for sale. */
export const untouched = (category) => (category?.price == null ? "blocked" : "available");

/** A seat of the plan, which says nothing of its state. */
export function readSeat(raw, categories) {
  const size = raw.size ?? { x: 24, y: 24 };
  const corner = raw.position;
  const turn = ((raw.rotation ?? 0) * Math.PI) / 180;
  return {
    id: raw.id,
    category: categories.get(raw.categoryId),
    number: raw.seatNumber,
    accessible: raw.accessible === true,
    x: corner.x + size.x / 2,
    y: corner.y + size.y / 2,
    w: size.x,
    h: size.y,
    sin: Math.sin(turn),
    cos: Math.cos(turn),
    status: "available",
    version: 0,
    expires: null,
    mine: false,
  };
}
