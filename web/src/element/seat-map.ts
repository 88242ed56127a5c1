/** The custom element `<seat-map>`: its public face, and how it lives in a document. */
// The view comes first, for the reason that its own imports have.
import { View } from "./view.js";
import { createClient, subject, type Client } from "../client/index.js";
import type { Booked, Chosen, Extended, Held, Released } from "../client/types.js";
import type { BestOptions, ConfirmDetails, CountOptions, HoldOptions } from "../sale/sale.js";
import { nothingHeld, seatIdsOf, type Selection } from "../sale/selection.js";
import { Trouble } from "../sale/trouble.js";
import { Deferred } from "./deferred.js";
import { Desk } from "./desk.js";
import type { SeatMapEvents } from "./events.js";
import { Language } from "./language.js";
import type { Speech } from "./speech.js";
import { chooseTheme, watchThemes } from "./theme-choice.js";
import { listenerOf, troubleOf } from "./telling.js";
import { Visit } from "./visit.js";

/** Attributes whose change asks for another connection, or another event. */
const CONNECTING = ["event-id", "api", "ws", "token"];
const SHOWN = ["lang", "theme", "read-only", "disabled", "max-seats"];
const PROPERTIES = ["eventId", "api", "ws", "token", "lang", "theme", "maxSeats", "readOnly", "name", "disabled", "tokenProvider"] as const;

/** Outside a browser there is no such class, and importing this must not fail. */
const Base = (globalThis.HTMLElement ?? class {}) as typeof HTMLElement;

/**
 * A seat map that sells: it draws the seats of an event, lists them, follows them live, holds them for a buyer.
 *
 * @attr {string} event-id - The event on show.
 * @attr {string} api - Base address of the API. The page's own where it is left out.
 * @attr {string} ws - Address of the WebSocket. `api` with `/ws` where it is left out.
 * @attr {string} token - The buyer's token. Without one, and without `tokenProvider`, the map is read-only.
 * @attr {string} lang - The language, as a BCP 47 tag. Left out it is that of the page around the element.
 * @attr {"light"|"dark"|"auto"} theme - Colours; `auto` is what the reader has set.
 * @attr {number} max-seats - How many seats may be held at once.
 * @attr {boolean} read-only - Nothing can be chosen.
 * @attr {string} name - Under this name the selection is part of a form.
 * @attr {boolean} disabled - As `read-only`.
 *
 * @fires before-hold - Seats are about to be held; cancelable. `detail` has `seatIds`, empty where the engine chooses.
 * @fires hold-changed - What is held has changed. `detail` is the selection.
 * @fires seat-lost - A seat is no longer this buyer's. `detail` has `seatId` and `reason`.
 * @fires hold-expiring - The hold ends soon. `detail` has `secondsLeft`.
 * @fires hold-expired - The hold is over. `detail` has the `seatIds` that were held.
 * @fires checkout - The buyer wants to pay; cancelable by a page that takes the payment itself. `detail` is the selection.
 * @fires booked - Seats are booked. `detail` is the booking.
 * @fires waiting - The buyer's place in the event's waiting room. `detail` is the place.
 * @fires status - Whether the map is `online`, and whether what it shows is `stale`.
 * @fires failed - Something that the buyer did here, or that the map needs, did not work. `detail` has `code` and `message`.
 *
 * @csspart map - The drawing with its buttons.
 * @csspart list - The seats as a list.
 * @csspart legend - Categories, filters, signs.
 * @csspart timer - How long the hold lasts.
 * @csspart basket - What is held.
 * @csspart dialog - The element's own last step.
 *
 * @cssprop --holdfast-ink - Colour of text.
 * @cssprop --holdfast-soft - Colour of what matters less.
 * @cssprop --holdfast-line - Colour of borders.
 * @cssprop --holdfast-card - Colour of the background.
 * @cssprop --holdfast-accent - Colour of what can be done.
 * @cssprop --holdfast-on-accent - Colour of text on the accent.
 * @cssprop --holdfast-good - Colour of what went well.
 * @cssprop --holdfast-bad - Colour of what went wrong.
 * @cssprop --holdfast-radius - Radius of corners.
 * @cssprop --holdfast-font - Font, as in the CSS property `font`.
 * @cssprop --holdfast-map-height - Height of the map, and of the list beside it.
 *
 * @tagname seat-map
 */
export class SeatMap extends Base {
  static readonly formAssociated = true;
  static readonly observedAttributes = [...CONNECTING, ...SHOWN, "name"];

  #tokenProvider: (() => Promise<string>) | null = null;
  #ready = new Deferred();
  #client: Client | null = null;
  #visit: Visit | null = null;
  #view: View | null = null;
  #desk: Desk | null = null;
  /** Ends what listens to the page while the element is in a document. */
  #stay: AbortController | null = null;
  #isConnectionOld = false;
  /** Of the event on show. */
  #address = "";
  /** Of the buyer, as an attribute gave it; empty where a provider gives it. */
  #token = "";
  readonly #language = new Language(this, () => this.#repaint());
  readonly #internals = "attachInternals" in Base.prototype ? this.attachInternals() : null;

  constructor() {
    super();
    for (const property of PROPERTIES) this.#takeOver(property);
  }

  // ---- Attributes and properties ----------------------------------------------------------------------------------

  get eventId(): string {
    return this.getAttribute("event-id") ?? "";
  }
  set eventId(eventId: string | null | undefined) {
    this.#reflect("event-id", eventId);
  }

  get api(): string {
    return this.getAttribute("api") ?? "";
  }
  set api(api: string | null | undefined) {
    this.#reflect("api", api);
  }

  get ws(): string {
    return this.getAttribute("ws") ?? "";
  }
  set ws(ws: string | null | undefined) {
    this.#reflect("ws", ws);
  }

  get token(): string {
    return this.getAttribute("token") ?? "";
  }
  set token(token: string | null | undefined) {
    this.#reflect("token", token);
  }

  get theme(): "light" | "dark" | "auto" {
    const theme = this.getAttribute("theme");
    return theme === "light" || theme === "dark" ? theme : "auto";
  }
  set theme(theme: string | null | undefined) {
    this.#reflect("theme", theme);
  }

  /** Infinity where there is no limit. */
  get maxSeats(): number {
    const most = Number(this.getAttribute("max-seats") ?? NaN);
    return Number.isInteger(most) && most >= 0 ? most : Infinity;
  }
  set maxSeats(most: number | string | null | undefined) {
    this.#reflect("max-seats", most === Infinity ? null : most);
  }

  get readOnly(): boolean {
    // React 18 writes false as a word.
    return this.hasAttribute("read-only") && this.getAttribute("read-only") !== "false";
  }
  set readOnly(isReadOnly: boolean) {
    this.toggleAttribute("read-only", Boolean(isReadOnly));
  }

  get name(): string {
    return this.getAttribute("name") ?? "";
  }
  set name(name: string | null | undefined) {
    this.#reflect("name", name);
  }

  get disabled(): boolean {
    return this.hasAttribute("disabled");
  }
  set disabled(isDisabled: boolean) {
    this.toggleAttribute("disabled", Boolean(isDisabled));
  }

  /** Gives a token of the buyer's, and again when that one has run out. It wins over `token`. */
  get tokenProvider(): (() => Promise<string>) | null {
    return this.#tokenProvider;
  }
  set tokenProvider(provider: (() => Promise<string>) | null | undefined) {
    const isOther = (this.#tokenProvider === null) !== !provider;
    this.#tokenProvider = provider ?? null;
    // A framework may give a new function with each rendering: it stands for the same buyer.
    if (isOther) this.#reconnectSoon();
  }

  /** Resolved when the plan is drawn and the list is there; rejected with a reason. Another event has a new one. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** What this buyer holds, as the engine acknowledged it. */
  get selection(): Selection {
    return this.#visit?.sale.selection ?? nothingHeld("");
  }

  get form(): HTMLFormElement | null {
    return this.#internals?.form ?? null;
  }

  // ---- Methods ----------------------------------------------------------------------------------------------------

  /** Holds seats by their ids. */
  async hold(seatIds: string[], options?: HoldOptions): Promise<Held> {
    return (await this.#atEvent()).sale.hold(seatIds, options);
  }

  /** Holds the best seats that are free. */
  async holdBest(options: BestOptions): Promise<Chosen> {
    return (await this.#atEvent()).sale.holdBest(options);
  }

  /** Holds places of an area. */
  async holdArea(areaId: string, quantity: number, options?: CountOptions): Promise<Chosen> {
    return (await this.#atEvent()).sale.holdArea(areaId, quantity, options);
  }

  /** Holds every seat of a table. */
  async holdTable(tableId: string): Promise<Held> {
    return (await this.#atEvent()).sale.holdTable(tableId);
  }

  /** Gives up some seats, or all that are held. */
  async release(seatIds?: string[]): Promise<Released> {
    return (await this.#atEvent()).sale.release(seatIds);
  }

  /** Gives the hold its usual length again. */
  async extend(): Promise<Extended> {
    return (await this.#atEvent()).sale.extend();
  }

  /** Books what is held, once the holds that are under way are answered. */
  async confirm(details: ConfirmDetails = {}): Promise<Booked> {
    return (await this.#atEvent()).sale.confirm(details);
  }

  /** Reads seats and holds now. */
  async refresh(): Promise<Selection> {
    const visit = await this.#atEvent();
    await visit.refresh();
    return visit.sale.selection;
  }

  /** Shows a seat in the map and gives it the focus in the list. */
  async focusSeat(seatId: string): Promise<void> {
    const seat = (await this.#atEvent()).venue?.plan.indexOf(seatId);
    if (seat === undefined) throw new Trouble("not_found", this.#speech.words.unknownSeat(seatId), { seatIds: [seatId] });
    this.#view?.focusSeat(seat);
  }

  /** Brings a section or an area into view; without one all of the venue. */
  async zoomTo(sectionOrArea?: string): Promise<void> {
    await this.#atEvent();
    if (sectionOrArea === undefined) return this.#view?.showAll();
    if (!this.#view?.zoomTo(sectionOrArea)) throw new Trouble("not_found", this.#speech.words.unknownPlace(sectionOrArea));
  }

  // ---- Life in a document -----------------------------------------------------------------------------------------

  connectedCallback(): void {
    this.#language.watch();
    // Moved within the document: nothing has to begin again.
    if (this.#stay) return this.#repaint();
    const { signal } = (this.#stay = new AbortController());
    this.#view ??= this.#newView();
    this.#view.wake();
    this.#desk ??= this.#newDesk(this.#view);
    watchThemes(() => this.#repaint(), signal);
    // A page that is kept for "back" must have no open connection, or the browser does not keep it.
    addEventListener("pagehide", () => this.#visit?.stop(), { signal });
    addEventListener("online", () => this.#repaint(), { signal });
    addEventListener("pageshow", ({ persisted }) => persisted && this.#start(), { signal });
    this.#repaint();
    this.#reconnectSoon();
  }

  disconnectedCallback(): void {
    // Whoever moves the element takes it out and puts it back in one go.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#stay?.abort();
      this.#stay = null;
      this.#visit?.stop();
      this.#view?.rest();
      this.#language.rest();
    });
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (before === after) return;
    if (name === "event-id") this.#ready = this.#fresh(before);
    if (CONNECTING.includes(name)) this.#reconnectSoon();
    else if (SHOWN.includes(name)) this.#repaint();
    else if (name === "name") this.#tellForm();
  }

  formDisabledCallback(): void {
    this.#repaint();
  }

  // ---- Inside -----------------------------------------------------------------------------------------------------

  get #speech(): Speech {
    const { words, locale } = this.#language;
    return { words, locale, timeZone: this.#visit?.venue?.timeZone };
  }

  get #hasToken(): boolean {
    return this.#tokenProvider !== null || this.token !== "";
  }

  get #isReadOnly(): boolean {
    return this.readOnly || this.disabled || this.matches(":disabled") || !this.#hasToken;
  }

  /** Why nothing can be changed; null where it can. */
  get #refusal(): Trouble | null {
    const { words } = this.#speech;
    if (!this.#hasToken) return new Trouble("unauthorized", words.noToken);
    return this.#isReadOnly ? new Trouble("forbidden", words.readOnly) : null;
  }

  /** A property that was set before the element was defined hides the accessor of this class. */
  #takeOver(property: (typeof PROPERTIES)[number]): void {
    if (!Object.hasOwn(this, property)) return;
    const value: unknown = Reflect.get(this, property);
    Reflect.deleteProperty(this, property);
    // Attributes may not be set while the element is being made.
    queueMicrotask(() => Reflect.set(this, property, value));
  }

  #reflect(attribute: string, value: string | number | null | undefined): void {
    if (value === null || value === undefined || value === "") this.removeAttribute(attribute);
    else this.setAttribute(attribute, String(value));
  }

  /** A promise of its own for each event; the first is there before the event is named. */
  #fresh(before: string | null): Deferred {
    if (before === null && !this.#visit) return this.#ready;
    this.#ready.reject(new Trouble("cancelled", "Another event was chosen"));
    return new Deferred();
  }

  async #atEvent(): Promise<Visit> {
    await this.#ready.promise;
    if (!this.#visit) throw new Trouble("not_found", this.#speech.words.noEvent);
    return this.#visit;
  }

  /** Once for all that is set in one go. */
  #reconnectSoon(): void {
    if (this.#isConnectionOld) return;
    this.#isConnectionOld = true;
    queueMicrotask(() => {
      this.#isConnectionOld = false;
      if (this.isConnected && this.#stay) this.#reconnect();
    });
  }

  /** Begins anew where event or address are others; else goes on with what is held and shown. */
  #reconnect(): void {
    const { eventId, api, ws, token } = this;
    const tokenProvider = this.#tokenProvider && (() => this.#tokenProvider?.() ?? Promise.reject(new Trouble("unauthorized", "")));
    const [before, now] = [this.#address, JSON.stringify([eventId, api, ws])];
    const isSameBuyer = this.#token !== "" && !tokenProvider && subject(token) === subject(this.#token);
    [this.#address, this.#token] = [now, tokenProvider ? "" : token];
    if (before !== now) this.#leaveFor(eventId, createClient({ api, ws, token, tokenProvider }));
    else this.#client?.tokens.use({ token, tokenProvider });
    this.#repaint();
    if (before === now && isSameBuyer && this.#visit?.isUnderWay) this.#visit.renew();
    else this.#start();
  }

  /** Ends the visit under way; of its event nothing is left. */
  #leaveFor(eventId: string, client: Client): void {
    const hadSeats = this.selection.seats.length > 0;
    this.#visit?.stop();
    this.#client?.close();
    this.#client = client;
    if (this.#ready.state !== "pending") this.#ready = new Deferred();
    this.#visit = eventId ? this.#newVisit(eventId, client) : null;
    this.#desk?.serve(this.#visit);
    this.#tellForm();
    if (hadSeats) this.#tell("hold-changed", this.selection);
  }

  #start(): void {
    const visit = this.#visit;
    const ready = this.#ready;
    if (!visit) return;
    visit.start().then(async () => {
      if (this.#view?.hasSize) await this.#view.drawn;
      ready.resolve();
    }).catch((error: unknown) => {
      // A visit that was stopped goes on when the element is back.
      if ((error as Error).name !== "AbortError") ready.reject(error);
    });
  }

  /** What was not there at first may have come: whoever asks from now on need not wait for it in vain. */
  #loaded(): void {
    if (this.#ready.state !== "rejected") return;
    this.#ready = new Deferred();
    this.#ready.resolve();
  }

  #newVisit(eventId: string, client: Client): Visit {
    const desk = this.#desk!;
    const visit: Visit = new Visit({
      eventId,
      client,
      maxSeats: () => this.maxSeats,
      refusal: () => this.#refusal,
      listener: listenerOf({
        desk,
        isCurrent: () => visit === this.#visit,
        tell: (name, detail, cancelable) => this.#tell(name, detail, cancelable),
        loaded: () => this.#loaded(),
        selected: () => this.#tellForm(),
      }),
    });
    return visit;
  }

  #newView(): View {
    const desk = () => this.#desk;
    return new View(this.shadowRoot ?? this.attachShadow({ mode: "open" }), {
      theme: this.#theme,
      speech: () => this.#speech,
      nowMs: () => this.#visit?.nowMs ?? Date.now(),
      isReadOnly: () => this.#isReadOnly,
      chosen: (chosen, kind) => desk()?.chosen(chosen, kind),
      approached: (target) => desk()?.approached(target),
    });
  }

  #newDesk(view: View): Desk {
    return new Desk({
      view,
      speech: () => this.#speech,
      theme: () => this.#theme,
      isReadOnly: () => this.#isReadOnly,
      checkout: (selection) => this.#tell("checkout", selection, true),
      failed: (error) => this.#fail(error),
    });
  }

  get #theme() {
    return chooseTheme(this.theme, (query) => matchMedia(query).matches);
  }

  #repaint(): void {
    this.#language.update();
    this.#view?.setTheme(this.#theme);
    this.#view?.speak();
    this.#desk?.render();
  }

  #tellForm(): void {
    const { holdId } = this.selection;
    this.#internals?.setFormValue(holdId ? JSON.stringify({ holdId, seatIds: seatIdsOf(this.selection) }) : null);
  }

  #fail(error: unknown): void {
    this.#tell("failed", troubleOf(error));
  }

  /** False where the page has cancelled it. */
  #tell<Name extends keyof SeatMapEvents>(name: Name, detail: SeatMapEvents[Name], cancelable = false): boolean {
    return this.dispatchEvent(new CustomEvent(name, { detail, cancelable, bubbles: true, composed: true }));
  }
}
