/** What `io` takes and tells, in the older system's words. */
import type { Clockwork, Page } from "../client/surroundings.js";
import type { Action, Done, ClientOptions, SeatState } from "../client/index.js";

export interface Credentials {
  /** The buyer's token. */
  token?: string | undefined;
}

/** An object, or a function that is asked for one with each connection. */
export type Auth = Credentials | ((give: (credentials: Credentials) => void) => unknown);

export interface IoOptions extends Pick<ClientOptions, "ws" | "fetch" | "WebSocket"> {
  auth?: Auth | undefined;
  /** False: nothing happens before `connect()`. */
  autoConnect?: boolean | undefined;
  /** @internal */
  time?: Clockwork | undefined;
  /** @internal */
  page?: Page | undefined;
}

/** The trip, which is an event, by both names. */
export interface OfTrip {
  tripId: string;
  eventId: string;
}

/** The seats that something is about; `seatLabel` where it is one. */
export interface OfSeats {
  seatLabels?: string[];
  seatLabel?: string;
}

export interface TripSeat extends SeatState {
  seatLabel: string;
  /** Of seats; places of an area have none. */
  categoryId?: string;
  /** In the event's currency; null where the seat is not for sale. */
  price?: number | null;
}

export interface TripSeats extends OfTrip {
  /** Every seat of the trip, and the places of its areas that ever changed. */
  seats: TripSeat[];
}

export interface Failed extends Partial<OfTrip>, OfSeats {
  /** The API's, or `offline`, or `no_answer`: then it may have happened all the same. */
  code: string;
  message: string;
  retryAfterSeconds?: number;
  [more: string]: unknown;
}

type Answer<A extends Action> = Partial<OfTrip> & OfSeats & Done<A>["data"];

export interface IoEvents {
  connect: undefined;
  disconnect: "io client disconnect" | "transport close";
  connect_error: Error & { code?: string };
  error: Failed;
  "seats:availability": TripSeats;
  "seat:status:changed": OfTrip & TripSeat;
  "seats:booked": OfTrip & OfSeats & { seatIds: string[] };
  "seat:hold:success": Answer<"seat:hold">;
  "seat:hold:failed": Failed;
  "seat:release:success": Answer<"seat:release">;
  "seat:release:failed": Failed;
  "booking:success": Answer<"booking:confirm">;
  "booking:failed": Failed;
  holds: Answer<"holds:get">;
}

/** Events beside these are the frames of docs/asyncapi.yaml, by their type. */
export type Handler<E extends string> = (data: E extends keyof IoEvents ? IoEvents[E] : Record<string, unknown>) => void;

/** Gets the answer's data, or what the verb's failure event gets. */
export type Acknowledge = (answer: Record<string, unknown>) => void;
