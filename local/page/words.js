// What the page says, in plain words.

export const STATE_NAMES = {
  blocked: "Not for sale",
  available: "Free",
  held: "Held by someone",
  booked: "Sold",
  mine: "Held by you",
  bought: "Yours",
};

const REFUSALS = {
  seat_held: "someone else is holding it.",
  seat_booked: "it is sold.",
  seat_blocked: "it is not for sale.",
  seat_locked: "someone else is taking it at this very moment. Try again.",
  not_held: "you do not hold these seats any more.",
  limit_exceeded: "that is more than one buyer may have.",
  already_booked: "you have a booking for this event already.",
  sales_closed: "sales are closed.",
  sold_out: "it is sold out.",
  queue_required: "this event has a waiting room, and it is not your turn.",
  payment_failed: "the payment failed. Your seats are still held.",
  throttled: "too many requests. Try again in a moment.",
  no_answer: "no answer came. Look at the map before you try again.",
  offline: "there is no connection right now.",
};

/** Why it did not work, from the data of the frame that says so. */
export function reason({ code, message, conflictingSeats = [] } = {}) {
  const seats = conflictingSeats.length > 1 ? ` (${conflictingSeats.join(", ")})` : "";
  return (REFUSALS[code] ?? message ?? code ?? "it was refused.") + seats;
}

export const clock = (time) => new Date(time).toLocaleTimeString();

/** A time that may be on another day. */
export const moment = (time) => new Date(time).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });

/** How long something takes, no more exactly than it is known. */
export function about(seconds) {
  const minutes = Math.round(seconds / 60);
  if (minutes < 1) return "less than a minute";
  if (minutes === 1) return "about a minute";
  return minutes < 90 ? `about ${minutes} minutes` : `about ${Math.round(minutes / 60)} hours`;
}

export function money(amount, currency) {
  if (amount == null) return "";
  return currency ? amount.toLocaleString(undefined, { style: "currency", currency }) : amount.toFixed(2);
}

/** Minutes and seconds until then. */
export function remaining(time) {
  const seconds = Math.max(0, Math.round((time - Date.now()) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
