/** What handlers get: the data of frames and refusals, with the trip and its seats by the older system's names too. */
import { Refused, Unanswered } from "../client/errors.js";
import type { Frame } from "../client/frames.js";
import type { Failed, OfSeats, OfTrip } from "./types.js";

/** By which names requests may call the event. */
const EVENT_NAMES = ["tripId", "eventId", "screeningId", "screening_id", "eventID"];
/** And seats, in requests and in answers. */
const SEAT_NAMES = ["seatLabel", "seatLabels", "seatId", "seatIds", "seat_ids", "seatIDs", "heldSeats", "releasedSeats", "seats"];

/** Verbs that have a failure event; all others tell `error`. */
const FAILURES: Record<string, string> = {
  "seat:hold": "seat:hold:failed",
  "seat:release": "seat:release:failed",
  "area:hold": "area:hold:failed",
  "best:hold": "best:hold:failed",
  "hold:extend": "hold:extend:failed",
  "booking:confirm": "booking:failed",
  "booking:book": "booking:book:failed",
};

const MESSAGES = { offline: "There is no connection", no_answer: "No answer came: it may have happened all the same" };

export type Fields = Record<string, unknown>;

export const failureEvent = (verb: string): string => FAILURES[verb] ?? "error";

/** The event that a request, or an answer, is about. */
export function eventIdOf(fields: Fields): string | undefined {
  return EVENT_NAMES.map((name) => fields[name]).find((value) => typeof value === "string" && value !== "") as string | undefined;
}

export const ofTrip = (eventId: string): OfTrip => ({ tripId: eventId, eventId });

export function payloadOf(frame: Frame): Fields {
  const data = frame.data as Fields;
  return { ...named({ eventId: frame.eventId, ...data }), ...data };
}

/** What the verb's failure event gets: what was asked for, and why it did not work. */
export function failureOf(asked: Fields, error: unknown): Failed {
  return { ...named(asked), ...reasonOf(error) };
}

function reasonOf(error: unknown): Failed {
  if (error instanceof Unanswered) return { code: error.code, message: MESSAGES[error.code] };
  if (!(error instanceof Refused)) return { code: "invalid_data", message: String(error) };
  const { code, message, data, retryAfterSeconds } = error;
  return { ...data, code, message, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
}

function named(fields: Fields): Partial<OfTrip> & OfSeats {
  const eventId = eventIdOf(fields);
  const labels = labelsOf(SEAT_NAMES.map((name) => fields[name]).find((value) => value !== undefined && value !== null));
  return {
    ...(eventId !== undefined && ofTrip(eventId)),
    ...(labels && { seatLabels: labels, ...(labels.length === 1 && { seatLabel: labels[0]! }) }),
  };
}

/** Labels out of one, or a list of them, or of seats. */
function labelsOf(seats: unknown): string[] | null {
  if (seats === undefined) return null;
  return [seats].flat().map((seat) => String((seat as { seatId?: unknown } | null)?.seatId ?? seat));
}
