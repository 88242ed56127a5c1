/** The routes that a seat map needs, each a method that resolves with the contract's `data`. */
import type { Call, Http } from "./http.js";
import { fill, query, type Body, type Data, type PathOf } from "./paths.js";
import type {
  AvailabilityData, Booked, Booking, Chosen, DrawPage, Extended, Held, Holds, LeftLine, Line, PlaceInLine, PlanData, Released,
} from "./types.js";

export type { Body } from "./paths.js";

export interface CallOptions {
  signal?: AbortSignal | undefined;
}

export interface ChangeOptions extends CallOptions {
  /** The `Idempotency-Key`, for whoever repeats a request that was not answered; drawn where none is given. */
  key?: string | undefined;
}

export interface HoldOptions extends ChangeOptions {
  /** What the event's waiting room lets this buyer in with. */
  pass?: string | undefined;
}

export interface AvailabilityReading {
  /** null where nothing has changed since the reading with the given etag. */
  data: AvailabilityData | null;
  etag: string | null;
  /** The reading began after it. */
  asOf: string | null;
}

const PAGE_ROWS = 100;
const PAGES = 10;
const QUEUE = "/seat-booking/queue/{eventId}";

/** With a header of ours a browser would go round its own cache, and ask another origin for leave first. */
const hasHttpCache = () => globalThis.document !== undefined;

export class Api {
  constructor(private readonly http: Http) {}

  // ---- Looking ----------------------------------------------------------------------------------------------------

  plan(layoutId: string, version: number, options?: CallOptions): Promise<PlanData> {
    const as = "/seat-booking/plans/{layoutId}/{version}";
    return this.#get(as, { isPublic: true, tries: 1, ...options }, fill(as, { layoutId, version }));
  }

  /** `etag` of the reading that the caller has; null for none. */
  async availability(eventId: string, etag: string | null, options: CallOptions = {}): Promise<AvailabilityReading> {
    const path = fill("/seat-booking/availability/{eventId}", { eventId });
    const asked = etag !== null && !hasHttpCache() ? { headers: { "if-none-match": etag } } : {};
    const call = { method: "GET", path, isPublic: true, tries: 1, knownEtag: etag } as const;
    const answer = await this.http.send({ ...call, ...asked, ...options });
    const data = answer.data as AvailabilityData | null;
    return { data, etag: answer.headers.get("etag"), asOf: answer.headers.get("holdfast-as-of") ?? data?.asOf ?? null };
  }

  // ---- What is mine -----------------------------------------------------------------------------------------------

  holds(eventId: string, options?: CallOptions): Promise<Holds> {
    return this.#get("/seat-booking/holds", options, `/seat-booking/holds${query({ eventId })}`);
  }

  /** Bookings of the event that stand, newest first, of the buyer's newest thousand. */
  async bookings(eventId: string, options?: CallOptions): Promise<Booking[]> {
    const found: Booking[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < PAGES; page += 1) {
      const path = `/seat-booking/bookings${query({ limit: PAGE_ROWS, cursor })}`;
      const { bookings, nextCursor } = await this.#get("/seat-booking/bookings", options, path);
      found.push(...bookings.filter((each) => each.eventId === eventId && each.status === "confirmed"));
      if (nextCursor === null) break;
      cursor = nextCursor;
    }
    return found;
  }

  // ---- Changing ---------------------------------------------------------------------------------------------------

  holdSeats(body: Body<"/seat-booking/hold-seats">, options?: HoldOptions): Promise<Held> {
    return this.#post("/seat-booking/hold-seats", body, options);
  }

  holdTable(body: Body<"/seat-booking/hold-table">, options?: HoldOptions): Promise<Held> {
    return this.#post("/seat-booking/hold-table", body, options);
  }

  holdArea(body: Body<"/seat-booking/hold-area">, options?: HoldOptions): Promise<Chosen> {
    return this.#post("/seat-booking/hold-area", body, options);
  }

  holdBest(body: Body<"/seat-booking/best-available">, options?: HoldOptions): Promise<Chosen> {
    return this.#post("/seat-booking/best-available", body, options);
  }

  release(body: Body<"/seat-booking/release">, options?: ChangeOptions): Promise<Released> {
    return this.#post("/seat-booking/release", body, options);
  }

  extend(body: Body<"/seat-booking/extend">, options?: ChangeOptions): Promise<Extended> {
    return this.#post("/seat-booking/extend", body, options);
  }

  confirm(body: Body<"/seat-booking/confirm">, options?: ChangeOptions): Promise<Booked> {
    return this.#post("/seat-booking/confirm", body, options);
  }

  // ---- Waiting room -----------------------------------------------------------------------------------------------

  line(eventId: string, options?: CallOptions): Promise<Line> {
    const as = `${QUEUE}/line` as const;
    return this.#get(as, { isPublic: true, ...options }, fill(as, { eventId }));
  }

  /** The entrants of a draw once it is fixed who takes part, 100,000 a page; pages count from 0. */
  drawPage(eventId: string, page: number, options?: CallOptions): Promise<DrawPage> {
    const as = `${QUEUE}/draw/{page}` as const;
    return this.#get(as, { isPublic: true, ...options }, fill(as, { eventId, page }));
  }

  /** Refused with `not_found` where this buyer has none. */
  place(eventId: string, options?: CallOptions): Promise<PlaceInLine> {
    return this.#get(QUEUE, options, fill(QUEUE, { eventId }));
  }

  join(eventId: string, options?: ChangeOptions): Promise<PlaceInLine> {
    return this.#post(QUEUE, {}, options, fill(QUEUE, { eventId }));
  }

  async leave(eventId: string, options?: CallOptions): Promise<LeftLine> {
    const { data } = await this.http.send({ method: "DELETE", path: fill(QUEUE, { eventId }), ...options });
    return data as Data<"delete", typeof QUEUE>;
  }

  // ---- Inside -----------------------------------------------------------------------------------------------------

  /** `as` is the path in the documents, which says what goes and what comes back. */
  async #get<P extends PathOf<"get">>(as: P, options?: Partial<Call>, path: string = as): Promise<Data<"get", P>> {
    const { data } = await this.http.send({ method: "GET", path, ...options });
    return data as Data<"get", P>;
  }

  async #post<P extends PathOf<"post">>(
    as: P, body: Body<P>, { pass, ...rest }: HoldOptions = {}, path: string = as,
  ): Promise<Data<"post", P>> {
    const headers: Record<string, string> = pass === undefined ? {} : { "holdfast-pass": pass };
    const { data } = await this.http.send({ method: "POST", path, body, headers, ...rest });
    return data as Data<"post", P>;
  }
}
