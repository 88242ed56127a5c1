/**
 * Where a hold becomes a booking: the basket with its one timer, the warning before that runs out, the checkout, and the
 * receipt. It serves whatever sale is on show.
 */
import { nothing, type TemplateResult } from "lit/html.js";
import type { Booked } from "../../client/types.js";
import { idsOf } from "../../sale/ownership.js";
import type { Sale } from "../../sale/sale.js";
import { nothingHeld, type Selection } from "../../sale/selection.js";
import { count } from "../../words/seat.js";
import type { Venue } from "../../venue/venue.js";
import type { Speech } from "../speech.js";
import { basketPanel, receiptPanel } from "./basket.js";
import { Checkout } from "./checkout.js";
import { LastMinute } from "./last-minute.js";

export interface TillOptions {
  root: HTMLElement;
  speech(): Speech;
  sale(): Sale | null;
  venue(): Venue | null;
  nowMs(): number;
  isReadOnly(): boolean;
  /** Puts the panel up. */
  show(panel: TemplateResult | typeof nothing): void;
  /** Does something that may fail, and says why if it does; `wanted` are the seats that were asked for by name. */
  attempt(deed: () => Promise<unknown>, wanted?: readonly string[]): void;
  release(seatIds?: string[]): void;
  say(text: string): void;
  showSeats(seatIds: readonly string[]): void;
  /** The buyer wants to pay; false where the page takes that over. */
  checkout(selection: Selection): boolean;
  failed(error: unknown): void;
}

/** Whoever cannot see the timer hears of it once more. */
const LAST_CALL_S = 20;

export class Till {
  #receipt: Booked | null = null;
  #secondsShown: number | null = null;
  #isLeaving = false;
  readonly #checkout: Checkout;
  readonly #lastMinute: LastMinute;

  constructor(private readonly options: TillOptions) {
    const { root, speech, venue, failed } = options;
    const secondsLeft = () => this.#secondsLeft;
    const selection = () => this.#selection;
    this.#checkout = new Checkout({
      root, speech, venue, selection, secondsLeft, failed,
      subject: () => this.#sale.subject,
      hold: (seatIds, ticketTypes) => this.#sale.hold(seatIds, { ticketTypes }),
      confirm: (details) => this.#sale.confirm(details),
    });
    this.#lastMinute = new LastMinute({
      root, speech, selection, secondsLeft,
      extend: () => this.#sale.extend(),
      isModal: () => this.#checkout.isOpen,
      changed: () => this.render(),
      failed: (error) => this.options.attempt(() => Promise.reject(error)),
    });
  }

  /** Another event: nothing of the one before stays. */
  clear(): void {
    this.#receipt = null;
    this.#checkout.close();
    this.#lastMinute.close();
  }

  /** Once a second is enough: nothing here changes faster by itself. */
  tick(): void {
    const [before, now] = [this.#secondsShown, this.#secondsLeft];
    if (before === now) return;
    if (before !== null && now !== null && before > LAST_CALL_S && now <= LAST_CALL_S) this.#lastCall(now);
    this.render();
  }

  held(selection: Selection): void {
    if (selection.seats.length) this.#receipt = null;
    this.render();
  }

  expiring(): void {
    if (!this.options.isReadOnly()) this.#lastMinute.warn();
  }

  booked(booking: Booked): void {
    this.#receipt = booking;
    this.#checkout.close();
    this.render();
  }

  render(): void {
    const { venue, speech, show, isReadOnly, release, attempt } = this.options;
    const [sale, on] = [this.options.sale(), venue()];
    this.#secondsShown = this.#secondsLeft;
    if (!sale || !on) return show(nothing);
    const { selection, isBusy } = sale;
    const state = {
      venue: on, selection, secondsLeft: this.#secondsShown, isBusy, isReadOnly: isReadOnly(),
      canExtend: this.#lastMinute.canExtend, isLeaving: this.#isLeaving,
    };
    show(this.#receipt ? this.#receiptPanel(on, this.#receipt) : basketPanel(speech(), state, {
      release,
      retype: (seatIds, type) => {
        const held = sale.hold(seatIds, { ticketTypes: Object.fromEntries(seatIds.map((id) => [id, type])) });
        attempt(() => held);
        return held;
      },
      extend: () => attempt(() => this.#lastMinute.extend()),
      checkout: () => void this.#leave(sale),
    }));
    this.#checkout.render();
    this.#lastMinute.render();
  }

  #lastCall(seconds: number): void {
    const { words, locale } = this.options.speech();
    this.options.say(words.minutesLeft(count(seconds, locale)));
  }

  get #sale(): Sale {
    return this.options.sale()!;
  }

  get #selection(): Selection {
    return this.options.sale()?.selection ?? nothingHeld("");
  }

  get #secondsLeft(): number | null {
    const { expiresAt } = this.#selection;
    return expiresAt ? Math.max(0, Math.ceil((Date.parse(expiresAt) - this.options.nowMs()) / 1000)) : null;
  }

  /** Holds that are under way belong to what will be paid for. */
  async #leave(sale: Sale): Promise<void> {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    this.render();
    await sale.rest();
    this.#isLeaving = false;
    if (sale !== this.options.sale()) return;
    if (sale.selection.seats.length && this.options.checkout(sale.selection)) this.#checkout.open();
    this.#lastMinute.toFront();
    this.render();
  }

  #receiptPanel(venue: Venue, booking: Booked): TemplateResult {
    return receiptPanel(this.options.speech(), venue, booking, {
      showSeats: () => this.options.showSeats(idsOf(booking)),
      close: () => {
        this.#receipt = null;
        this.render();
      },
    });
  }
}
