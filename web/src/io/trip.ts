/**
 * One trip that was joined: told whole with each join, then every change once, label by label.
 *
 * The client's follower keeps it true: through lost connections, and where the event has more watchers than are served by
 * socket. Older systems told every seat on joining; here the plan has the seats, and the availability those that changed.
 */
import type { Follower, Sink } from "../client/follower.js";
import type { AvailabilityData, PlanData, SeatState } from "../client/types.js";
import { ofTrip } from "./payloads.js";
import type { OfTrip, TripSeat, TripSeats } from "./types.js";

export interface TripListener {
  availability(seats: TripSeats): void;
  changed(seat: OfTrip & TripSeat): void;
  failed(error: unknown): void;
}

export class Trip {
  #follower: Follower | null = null;
  #showing: Promise<TripSeats | null> | null = null;
  #isLoaded = false;
  /** Of each seat of the plan. */
  #categories = new Map<string, string>();
  /** Of each category; null where it is not for sale. */
  #prices = new Map<string, number | null>();
  /** Of seats that ever changed: the one with the highest version. */
  #states = new Map<string, SeatState>();

  constructor(
    private readonly eventId: string,
    private readonly follow: (sink: Sink) => Follower,
    private readonly listener: TripListener,
  ) {}

  /** Follows it, or looks again; resolves when every seat was told, with null where it was stopped meanwhile. */
  show(): Promise<TripSeats | null> {
    if (this.#showing) return this.#showing;
    const showing = this.#show().finally(() => {
      if (this.#showing === showing) this.#showing = null;
    });
    return (this.#showing = showing);
  }

  stop(): void {
    this.#follower?.stop();
    this.#follower = null;
    this.#showing = null;
    this.#isLoaded = false;
  }

  async #show(): Promise<TripSeats | null> {
    const follower = (this.#follower ??= this.follow(this.#sink()));
    if (this.#isLoaded) {
      // Where this reading fails the follower makes another, and tells what has changed.
      await follower.refresh().catch(() => {});
      if (!follower.isStopped) this.listener.availability(this.#all());
    } else {
      await follower.ready.catch((error: unknown) => {
        if (!follower.isStopped) throw error;
      });
    }
    return follower.isStopped ? null : this.#all();
  }

  #sink(): Sink {
    return {
      load: (plan, availability) => this.#load(plan, availability),
      take: (availability) => {
        this.#price(availability);
        this.#change(availability.seats);
      },
      apply: (changes) => this.#change(changes),
      status: () => {},
      failed: (error) => {
        if (this.#isLoaded) this.listener.failed(error);
      },
    };
  }

  #load({ seats }: PlanData, availability: AvailabilityData): void {
    this.#categories = new Map(seats.map(({ id, categoryId }) => [id, categoryId]));
    this.#states = new Map(availability.seats.map((state) => [state.seatId, state]));
    this.#price(availability);
    this.#isLoaded = true;
    this.listener.availability(this.#all());
  }

  #price({ categories }: AvailabilityData): void {
    this.#prices = new Map(categories.map(({ id, price }) => [id, price]));
  }

  #change(changes: readonly SeatState[]): void {
    for (const state of changes) {
      if (state.version <= (this.#states.get(state.seatId)?.version ?? 0)) continue;
      this.#states.set(state.seatId, state);
      this.listener.changed({ ...ofTrip(this.eventId), ...this.#seat(state.seatId) });
    }
  }

  #all(): TripSeats {
    const ids = new Set([...this.#categories.keys(), ...this.#states.keys()]);
    return { ...ofTrip(this.eventId), seats: [...ids].map((id) => this.#seat(id)) };
  }

  #seat(seatId: string): TripSeat {
    const state: SeatState = this.#states.get(seatId) ?? { seatId, status: "available", version: 0 };
    const categoryId = this.#categories.get(seatId);
    if (categoryId === undefined) return { seatLabel: seatId, ...state };
    const price = this.#prices.get(categoryId) ?? null;
    const isNotForSale = state.status === "available" && price === null;
    return { seatLabel: seatId, ...state, ...(isNotForSale && { status: "blocked" }), categoryId, price };
  }
}
