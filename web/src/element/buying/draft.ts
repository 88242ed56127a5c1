/** What a buyer has typed: kept through every step, through the end of a hold, and until another buyer comes. */
import type { ConfirmDetails } from "../../sale/sale.js";

export interface Passenger {
  firstName: string;
  lastName: string;
}

export interface Draft {
  name: string;
  email: string;
  /** In the order of the seats, so that they fit other seats as well. */
  passengers: Passenger[];
}

export function emptyDraft(): Draft {
  return { name: "", email: "", passengers: [] };
}

/** Whoever comes to the seat with this number in the selection. */
export function passengerAt(draft: Draft, n: number): Passenger {
  return draft.passengers[n] ?? { firstName: "", lastName: "" };
}

export function withPassenger(draft: Draft, n: number, change: Partial<Passenger>): Draft {
  const passengers = Array.from({ length: Math.max(draft.passengers.length, n + 1) }, (_, at) => passengerAt(draft, at));
  passengers[n] = { ...passengers[n]!, ...change };
  return { ...draft, passengers };
}

/** As confirming takes it: passengers with the seat they have, those without a name left out. */
export function detailsOf({ name, email, passengers }: Draft, seatIds: readonly string[]): ConfirmDetails {
  const coming = seatIds
    .map((seatId, n) => ({ seatId, firstName: passengers[n]?.firstName.trim() ?? "", lastName: passengers[n]?.lastName.trim() ?? "" }))
    .filter(({ firstName, lastName }) => firstName || lastName);
  const contactInfo = { name: name.trim(), email: email.trim() };
  return { contactInfo, ...(coming.length > 0 && { passengers: coming }) };
}
