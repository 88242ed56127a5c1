/**
 * The element's own checkout, for shops that do not take it over: details first, then a last step that only has to be
 * pressed, so that the clock never races a form.
 */
import type { ConfirmDetails } from "../../sale/sale.js";
import { seatIdsOf, type Selection } from "../../sale/selection.js";
import { codeOf } from "../../sale/trouble.js";
import type { Venue } from "../../venue/venue.js";
import { Dialog } from "../dialog.js";
import { whyNot, type Speech } from "../speech.js";
import { detailsOf, emptyDraft, type Draft } from "./draft.js";
import { detailsStep, endedStep, reviewStep, type StepActions, type StepState } from "./steps.js";

export interface CheckoutOptions {
  root: HTMLElement;
  speech(): Speech;
  venue(): Venue | null;
  selection(): Selection;
  secondsLeft(): number | null;
  /** Whose checkout it is: what one buyer has typed is not for the next one. */
  subject(): string | null;
  hold(seatIds: string[], ticketTypes: Record<string, string>): Promise<unknown>;
  confirm(details: ConfirmDetails): Promise<unknown>;
  failed(error: unknown): void;
}

type Step = "details" | "review";

export class Checkout {
  #step: Step = "details";
  #draft: Draft = emptyDraft();
  #draftOf: string | null = null;
  /** What was held last, for whoever wants the same again. */
  #held: Selection | null = null;
  #isBusy = false;
  /** Why the last press failed; null where it did not. */
  #error: unknown = null;
  readonly #dialog: Dialog;
  readonly #act: StepActions = {
    type: (draft) => {
      this.#draft = draft;
      this.render();
    },
    next: () => this.#go("review"),
    change: () => this.#go("details"),
    leave: () => this.close(),
    book: () => void this.#book(),
    holdAgain: () => void this.#holdAgain(),
  };

  constructor(private readonly options: CheckoutOptions) {
    this.#dialog = new Dialog(options.root, "dialog", () => {});
  }

  get isOpen(): boolean {
    return this.#dialog.isOpen;
  }

  open(): void {
    const subject = this.options.subject();
    if (subject !== this.#draftOf) this.#draft = emptyDraft();
    this.#draftOf = subject;
    this.#held = this.options.selection();
    this.#go("details");
  }

  close(): void {
    this.#dialog.close();
  }

  /** After whatever has changed outside: the time, what is held, the language. */
  render(): void {
    if (this.isOpen) this.#show();
  }

  #go(step: Step): void {
    this.#step = step;
    this.#error = null;
    this.#show();
    this.#dialog.focusHeading();
  }

  #show(): void {
    const venue = this.options.venue();
    if (!venue) return this.close();
    const selection = this.options.selection();
    if (selection.seats.length) this.#held = selection;
    const { speech, secondsLeft } = this.options;
    const state: StepState = {
      venue,
      selection: this.#held ?? selection,
      secondsLeft: secondsLeft(),
      draft: this.#draft,
      isBusy: this.#isBusy,
      trouble: this.#error === null ? "" : this.#why(speech()),
    };
    const step = this.#step === "details" ? detailsStep : selection.seats.length || this.#isBusy ? reviewStep : endedStep;
    this.#dialog.show(step(speech(), state, this.#act), { heading: "step-title" });
  }

  async #book(): Promise<void> {
    await this.#once(async () => {
      await this.options.confirm(detailsOf(this.#draft, seatIdsOf(this.options.selection())));
      this.close();
    });
  }

  async #holdAgain(): Promise<void> {
    const { seats } = this.#held!;
    const typed = seats.filter(({ ticketTypeId }) => ticketTypeId !== undefined);
    const ticketTypes = Object.fromEntries(typed.map(({ seatId, ticketTypeId }) => [seatId, ticketTypeId!]));
    await this.#once(() => this.options.hold(seats.map(({ seatId }) => seatId), ticketTypes));
  }

  /** A second press while the first is not answered does nothing. */
  async #once(deed: () => Promise<unknown>): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.#error = null;
    this.render();
    try {
      await deed();
    } catch (error) {
      this.#error = error;
      this.options.failed(error);
    } finally {
      this.#isBusy = false;
      this.render();
    }
  }

  #why(speech: Speech): string {
    return codeOf(this.#error) === "forbidden" ? speech.words.buying.onlyShop : whyNot(this.#error, speech);
  }
}
