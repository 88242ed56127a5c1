/** What a visit says becomes what the buyer sees and what the page hears, in that order, as long as the visit is on show. */
import { seatIdsOf } from "../sale/selection.js";
import type { Desk } from "./desk.js";
import type { SeatMapEvents } from "./events.js";
import type { VisitListener } from "./visit.js";

export interface Telling {
  desk: Desk;
  /** Whether the visit is still the one that the element shows. */
  isCurrent(): boolean;
  /** Dispatches an event; false where the page has cancelled it. */
  tell<Name extends keyof SeatMapEvents>(name: Name, detail: SeatMapEvents[Name], cancelable?: boolean): boolean;
  loaded(): void;
  /** The selection is another one. */
  selected(): void;
}

export function listenerOf({ desk, isCurrent, tell, loaded, selected }: Telling): VisitListener {
  return onlyWhile(isCurrent, {
    loaded: (venue, readAt) => {
      desk.loaded(venue, readAt);
      loaded();
    },
    changed: (change) => desk.changed(change),
    tick: () => desk.tick(),
    rested: () => desk.rested(),
    status: (status) => {
      desk.status(status);
      tell("status", status);
    },
    failed: (error) => void tell("failed", troubleOf(error)),
    waiting: (standing) => {
      desk.waited();
      if (standing && "pollAfterSeconds" in standing) tell("waiting", standing);
    },
    waitingStopped: () => desk.waitingStopped(),
    beforeHold: (detail) => tell("before-hold", detail, true),
    holdChanged: (selection) => {
      selected();
      desk.held(selection);
      tell("hold-changed", selection);
    },
    seatsLost: (losses) => {
      desk.lost(losses);
      for (const loss of losses) tell("seat-lost", loss);
    },
    holdExpiring: (secondsLeft) => {
      desk.expiring();
      tell("hold-expiring", { secondsLeft });
    },
    holdExpired: (ended) => {
      desk.expired();
      tell("hold-expired", { seatIds: seatIdsOf(ended) });
    },
    buyerChanged: () => desk.forget(),
    booked: (booking) => {
      desk.booked(booking);
      tell("booked", booking);
    },
  });
}

/** What the event `failed` says of an error. */
export function troubleOf(error: unknown): SeatMapEvents["failed"] {
  const { code = "server_error", message = "" } = error as { code?: string; message?: string };
  return { code, message };
}

function onlyWhile(isCurrent: () => boolean, listener: VisitListener): VisitListener {
  const guarded = Object.entries(listener).map(([name, hear]: [string, (...told: never[]) => unknown]) =>
    [name, (...told: never[]) => (isCurrent() ? hear(...told) : false)]);
  return Object.fromEntries(guarded) as VisitListener;
}
