/**
 * Where a buyer's gestures become verbs, and what comes of them becomes panels, notices and announcements. It serves one
 * visit at a time, in the view that the element has.
 */
import { html, nothing } from "lit/html.js";
import type { Booked } from "../client/types.js";
import type { PointerKind } from "../map/gestures.js";
import type { Target } from "../map/target.js";
import type { Loss } from "../sale/loss.js";
import { nearestFree } from "../sale/nearest.js";
import { idsOf } from "../sale/ownership.js";
import { seatIdsOf, type Selection } from "../sale/selection.js";
import type { Change, Venue } from "../venue/venue.js";
import { money, sentence } from "../words/seat.js";
import { deedFor, type Chosen } from "./choosing.js";
import { isEmpty, noFilter, type Filter } from "./filter.js";
import { legendPanel } from "./legend.js";
import { Notices, type Notice } from "./notices.js";
import { livePill, mapBar, type Liveness } from "./panels.js";
import { seatsInWords, timeOfDay, whyNot, type Speech } from "./speech.js";
import { Till } from "./buying/till.js";
import type { View } from "./view.js";
import { TouchBar } from "./touch/touch-bar.js";
import { LineDesk } from "./waiting/line-desk.js";
import type { Visit } from "./visit.js";
import type { Theme } from "../map/theme.js";

export interface DeskOptions {
  view: View;
  speech(): Speech;
  theme(): Theme;
  isReadOnly(): boolean;
  /** The buyer wants to pay for what is held; false where the page takes that over. */
  checkout(selection: Selection): boolean;
  /** Something that the buyer did here did not work. */
  failed(error: unknown): void;
}

type Sentence = (speech: Speech) => string;

export class Desk {
  #visit: Visit | null = null;
  #filter: Filter = noFilter;
  #status = { online: true, stale: false };
  #areCountsOld = true;
  readonly #notices = new Notices(() => this.#renderNotices());
  readonly #till: Till;
  readonly #line: LineDesk;
  readonly #touch: TouchBar;

  constructor(private readonly options: DeskOptions) {
    const { view, speech, isReadOnly, checkout, failed } = options;
    const say = (text: string) => this.#say(text);
    const attempt = (deed: () => Promise<unknown>, wanted?: readonly string[]) => this.#try(deed, wanted);
    this.#till = new Till({
      root: view.root, speech, isReadOnly, checkout, failed,
      sale: () => this.#visit?.sale ?? null,
      venue: () => this.#venue,
      nowMs: () => this.#visit?.nowMs ?? 0,
      show: (basket) => view.renderPanels({ basket }),
      attempt,
      release: (seatIds) => this.release(seatIds),
      showSeats: (seatIds) => view.showSeats(seatIds),
    });
    this.#line = new LineDesk({ speech, say, attempt, root: view.root, call: (text) => view.call(text), changed: () => this.#renderNotices() });
    this.#touch = new TouchBar({ view, speech, isReadOnly, say, act: (chosen) => this.chosen(chosen) });
  }

  get #venue(): Venue | null {
    return this.#visit?.venue ?? null;
  }

  /** Another visit, or none: of the one before nothing stays on show. */
  serve(visit: Visit | null): void {
    this.#visit = visit;
    this.#status = { online: true, stale: false };
    this.#filter = noFilter;
    this.options.view.clear();
    this.forget();
    this.#line.clear();
    this.render();
  }

  /** Another buyer: what was said to the one before, and what they typed, is not for this one. */
  forget(): void {
    this.#touch.close();
    this.#notices.clear();
    this.#till.clear();
  }

  // ---- What happens -----------------------------------------------------------------------------------------------

  /** Notes in the browser's timeline how long it took from the data, at `readAt`, to the first picture of it. */
  loaded(venue: Venue, readAt: number): void {
    const { view } = this.options;
    this.#touch.close();
    view.show(venue);
    this.render();
    void view.drawn.then(() => performance.measure("seat-map:first-picture", { start: readAt, end: performance.now() }));
  }

  changed(change: Change): void {
    const { view } = this.options;
    view.changed(change);
    // What a filter says of a seat may depend on its price.
    if (change.all && !isEmpty(this.#filter)) view.setFilter(this.#filter);
    this.#areCountsOld = true;
    this.#touch.check(this.#venue);
  }

  status(status: { online: boolean; stale: boolean }): void {
    this.#status = status;
    this.#renderBar();
  }

  tick(): void {
    this.options.view.tick();
    if (this.#visit) this.#line.tick(this.#visit.room, this.#visit.nowMs);
    if (this.#visit?.room.standing) this.#renderNotices();
    if (this.#areCountsOld) this.#renderLegend();
    this.#till.tick();
  }

  /** What must wait for answers may be pressed again. */
  rested(): void {
    this.#till.render();
  }

  held(selection: Selection): void {
    this.#till.held(selection);
    if (!selection.seats.length || !selection.expiresAt) return;
    const speech = this.options.speech();
    const { words, locale } = speech;
    const total = money(selection.totalAmount, selection.currency, locale);
    const time = timeOfDay(selection.expiresAt, speech);
    this.#say(words.heldUntil(this.#named(seatIdsOf(selection)), total, time));
  }

  lost(losses: readonly Loss[]): void {
    for (const reason of new Set(losses.map((loss) => loss.reason))) {
      const seatIds = losses.filter((loss) => loss.reason === reason).map(({ seatId }) => seatId);
      this.#tell(({ words }) => words.lost(this.#named(seatIds), words.whyNot[reason]), seatIds);
    }
  }

  expired(): void {
    this.#note("bad", ({ words }) => words.holdEnded);
  }

  expiring(): void {
    this.#till.expiring();
  }

  booked(booking: Booked): void {
    this.#till.booked(booking);
    this.#say(this.options.speech().words.bookedSeats(this.#named(idsOf(booking))));
  }

  waited(): void {
    if (this.#visit) this.#line.heard(this.#visit.room, this.#visit.nowMs);
    this.tick();
    this.#renderNotices();
  }

  waitingStopped(): void {
    this.#line.rest();
  }

  approached(target: Target): void {
    this.#touch.close();
    if (target.kind === "seat") this.#say(this.options.speech().words.cameCloser);
  }

  // ---- What the buyer does ----------------------------------------------------------------------------------------

  /** `kind` says with what it was chosen on the map. */
  chosen(chosen: Chosen | null, kind?: PointerKind): void {
    const visit = this.#visit;
    if (!visit?.venue || this.options.isReadOnly()) return;
    if (kind === "touch" && chosen?.kind !== "area" && this.#touch.asks(visit.venue, chosen)) return;
    if (!chosen) return;
    const deed = deedFor(visit.venue, chosen);
    switch (deed.kind) {
      case "hold":
        return this.#try(() => visit.sale.hold(deed.seatIds), deed.seatIds);
      case "holdTable":
        return this.#try(() => visit.sale.holdTable(deed.tableId));
      case "holdArea":
        return this.#try(() => visit.sale.holdArea(deed.areaId, deed.quantity, deed));
      case "release":
        return this.release(deed.seatIds);
      case "explain":
        return this.#tell(({ words }) => words.notHeld(this.#named(deed.seatIds), deed.why ? words.whyNot[deed.why] : words.bought), deed.why ? deed.seatIds : []);
      case "wait":
        return;
    }
  }

  release(seatIds?: string[]): void {
    const visit = this.#visit;
    if (!visit) return;
    const named = this.#named(seatIds ?? seatIdsOf(visit.sale.selection));
    this.#try(() => visit.sale.release(seatIds).then(() => this.#say(this.options.speech().words.gaveUp(named))));
  }

  pause(): void {
    if (!this.#visit) return;
    this.#visit.isPaused = !this.#visit.isPaused;
    this.#renderBar();
  }

  /** Does something that may fail, and says why if it does; `wanted` are the seats that were asked for by name. */
  #try(deed: () => Promise<unknown>, wanted: readonly string[] = []): void {
    deed().catch((error: unknown) => this.#refused(error, wanted));
    this.#till.render();
  }

  #refused(error: unknown, wanted: readonly string[]): void {
    const { data } = error as { data?: { conflictingSeats?: string[] } };
    const missed = data?.conflictingSeats ?? [];
    if (missed.length) this.#visit?.doubt();
    const seats = missed.length ? missed : wanted;
    this.#tell((speech) => {
      const why = whyNot(error, speech);
      return seats.length ? speech.words.notHeld(this.#named(seats), why) : sentence([why], speech.words, speech.locale);
    }, missed);
    this.options.failed(error);
  }

  /** Says what went wrong with some seats, and offers the nearest free ones in the place of those that `missed` names. */
  #tell(say: Sentence, missed: readonly string[]): void {
    const venue = this.#venue;
    const seats = missed.map((id) => venue?.plan.indexOf(id)).filter((seat) => seat !== undefined);
    const offered = venue && !this.options.isReadOnly() ? nearestFree(venue, seats).map((seat) => venue.plan.ids[seat]!) : [];
    const take = () => this.#try(() => this.#visit!.sale.hold(offered), offered);
    const offer: Notice["offer"] = { text: () => this.options.speech().words.offer(this.#named(offered)), take };
    this.#note("bad", say, offered.length ? offer : undefined);
  }

  /** Shows and says something; what is shown is worded anew in another language. */
  #note(tone: Notice["tone"], say: Sentence, offer?: Notice["offer"]): void {
    const text = () => say(this.options.speech());
    this.#notices.add({ tone, text, ...(offer && { offer }) });
    this.#say(text());
  }

  // ---- What is shown ----------------------------------------------------------------------------------------------

  render(): void {
    this.#renderBar();
    this.#renderLegend();
    this.#till.render();
    this.#renderNotices();
    this.#touch.check(this.#venue);
    this.options.view.redrawList();
  }

  get #liveness(): Liveness {
    if (!this.#venue) return this.#status.online ? "loading" : "offline";
    if (!this.#status.online) return "offline";
    if (this.#visit?.isPaused) return "paused";
    return this.#status.stale ? "stale" : "live";
  }

  #renderBar(): void {
    const { view } = this.options;
    const speech = this.options.speech();
    view.renderPanels({
      bar: mapBar(speech, this.#visit?.isPaused ?? false, view, () => this.pause()),
      pill: livePill(speech, this.#liveness),
    });
  }

  #renderLegend(): void {
    const venue = this.#venue;
    this.#areCountsOld = false;
    if (!venue) return this.options.view.renderPanels({ legend: nothing });
    const { view, theme, isReadOnly } = this.options;
    const state = { venue, filter: this.#filter, isReadOnly: isReadOnly() };
    view.renderPanels({
      legend: legendPanel(this.options.speech(), state, {
        filter: (filter) => this.#show(filter),
        best: (wanted) => this.#try(() => this.#visit!.sale.holdBest(wanted)),
      }),
    });
    view.paintLegend(venue.plan, theme());
  }

  #show(filter: Filter): void {
    this.#filter = filter;
    this.options.view.setFilter(isEmpty(filter) ? null : filter);
    this.#renderLegend();
  }

  #renderNotices(): void {
    const visit = this.#visit;
    const place = visit ? this.#line.panel(visit.room, visit.nowMs) : nothing;
    this.options.view.renderPanels({ notices: html`${place}${this.#notices.template(this.options.speech().words)}` });
  }

  #named(seatIds: readonly string[]): string {
    return this.#venue ? seatsInWords(this.#venue, seatIds, this.options.speech()) : "";
  }

  #say(text: string): void {
    this.options.view.announcer.say(text);
  }
}
