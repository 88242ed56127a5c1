/**
 * Where a hold becomes a booking: the basket with its one timer, the warning before that runs out, the checkout, and the
 * receipt. It serves whatever sale is on show.
 */
import { html, nothing, type TemplateResult } from "lit/html.js";
import type { Booked } from "../../client/types.js";
import { idsOf } from "../../sale/ownership.js";
import type { Sale } from "../../sale/sale.js";
import { nothingHeld, secondsLeft, type Selection } from "../../sale/selection.js";
import { parsePlace } from "../../venue/area.js";
import type { Venue } from "../../venue/venue.js";
import type { Speech } from "../speech.js";
import { basketPanel, receiptPanel } from "./basket.js";
import { Checkout } from "./checkout.js";
import { LastMinute } from "./last-minute.js";
import { linesOf } from "./lines.js";
import { Press } from "./press.js";

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
  showSeats(seatIds: readonly string[]): void;
  /** The buyer wants to pay; false where the page takes that over. */
  checkout(selection: Selection): boolean;
  failed(error: unknown): void;
}

export class Till {
  #receipt: Booked | null = null;
  #secondsShown: number | null = null;
  /** Of Continue. */
  readonly #press = new Press(() => this.render());
  #checkout: Checkout;
  readonly #lastMinute: LastMinute;

  constructor(private readonly options: TillOptions) {
    this.#checkout = this.#newCheckout();
    this.#lastMinute = new LastMinute({
      ...this.#common,
      extend: () => this.#sale.extend(),
      // Behind a dialog of the page's own, too, nothing that is not modal could be pressed.
      isModal: () => this.#checkout.isOpen || document.querySelector(":modal") !== null,
      changed: () => this.render(),
      failed: (error) => this.#refused(error),
    });
  }

  /** Another event, or another buyer: nothing of the one before stays. */
  clear(): void {
    this.#receipt = null;
    this.#checkout.end();
    this.#checkout = this.#newCheckout();
    this.#lastMinute.close();
    this.render();
  }

  /** Once a second is enough: nothing here changes faster by itself. */
  tick(): void {
    if (this.#secondsShown === this.#secondsLeft) return;
    this.#secondsShown = this.#secondsLeft;
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
    const wasOpen = this.#checkout.isOpen;
    this.#receipt = booking;
    this.#checkout.close();
    this.render();
    if (wasOpen) this.options.root.querySelector<HTMLElement>("#receipt-title")?.focus();
  }

  render(): void {
    const { venue, speech, show, isReadOnly, release, attempt } = this.options;
    const [sale, on] = [this.options.sale(), venue()];
    if (!sale || !on) return show(nothing);
    const { selection, isBusy } = sale;
    const state = {
      venue: on, selection, secondsLeft: this.#secondsLeft, isBusy, isReadOnly: isReadOnly(),
      canExtend: this.#lastMinute.canExtend, isLeaving: this.#press.isBusy,
    };
    if (state.isReadOnly) {
      this.#checkout.close();
      this.#lastMinute.close();
    }
    const receipt = this.#receipt && this.#receiptPanel(on, this.#receipt);
    const basket = receipt && !selection.seats.length ? nothing : basketPanel(speech(), state, {
      release,
      retype: (seatIds, type) => {
        const held = sale.hold(seatIds, { ticketTypes: Object.fromEntries(seatIds.map((id) => [id, type])) });
        attempt(() => held);
        return held;
      },
      extend: () => attempt(() => this.#lastMinute.extend()),
      checkout: () => void this.#press.run(() => this.#leave(sale)),
    });
    show(html`${receipt}${basket}`);
    this.#checkout.render();
    this.#lastMinute.render();
  }

  get #sale(): Sale {
    return this.options.sale()!;
  }

  get #selection(): Selection {
    return this.options.sale()?.selection ?? nothingHeld("");
  }

  get #secondsLeft(): number | null {
    return secondsLeft(this.#selection, this.options.nowMs());
  }

  /** Holds that are under way belong to what will be paid for. */
  async #leave(sale: Sale): Promise<void> {
    await sale.rest();
    if (sale !== this.options.sale() || !this.options.root.isConnected) return;
    if (sale.selection.seats.length && this.options.checkout(sale.selection)) this.#checkout.open();
  }

  /** What both dialogs look at. */
  get #common() {
    return { ...this.options, selection: () => this.#selection, secondsLeft: () => this.#secondsLeft };
  }

  #newCheckout(): Checkout {
    return new Checkout({
      ...this.#common,
      refused: (error) => this.#refused(error),
      confirm: (details) => this.#sale.confirm(details),
      holdAgain: (before) => this.#holdAgain(before),
    });
  }

  #refused(error: unknown): void {
    this.options.attempt(() => Promise.reject(error));
  }

  /** The same seats, and of areas as many places, whichever are free. */
  async #holdAgain({ seats }: Selection): Promise<void> {
    const named = seats.filter(({ seatId }) => !parsePlace(seatId));
    const ticketTypes = Object.fromEntries(named.map(({ seatId, ticketTypeId }) => [seatId, ticketTypeId!]));
    if (named.length) await this.#sale.hold(named.map(({ seatId }) => seatId), { ticketTypes });
    for (const { seatIds, ticketTypeId } of linesOf(this.options.venue()!, seats, this.options.speech())) {
      const area = parsePlace(seatIds[0]!)?.areaId;
      const { length } = seatIds;
      if (area) await this.#sale.holdArea(area, length, ticketTypeId ? { ticketTypes: { [ticketTypeId]: length } } : {});
    }
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
