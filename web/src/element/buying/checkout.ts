/**
 * The element's own checkout, for shops that do not take it over: details first, then a last step that only has to be
 * pressed, so that the clock never races a form.
 */
import type { ConfirmDetails } from "../../sale/sale.js";
import { isOver, seatIdsOf, type Selection } from "../../sale/selection.js";
import { codeOf } from "../../sale/trouble.js";
import type { Venue } from "../../venue/venue.js";
import { sentence } from "../../words/seat.js";
import { Dialog } from "../dialog.js";
import { whyNot, type Speech } from "../speech.js";
import { detailsOf, emptyDraft, type Draft } from "./draft.js";
import { Press } from "./press.js";
import { detailsStep, endedStep, reviewStep, type StepActions, type StepState } from "./steps.js";

export interface CheckoutOptions {
  root: HTMLElement;
  speech(): Speech;
  venue(): Venue | null;
  selection(): Selection;
  secondsLeft(): number | null;
  /** By the server's clock. */
  nowMs(): number;
  /** Holds as much again of what was held. */
  holdAgain(before: Selection): Promise<unknown>;
  confirm(details: ConfirmDetails): Promise<unknown>;
  /** Told of what is shown here. */
  failed(error: unknown): void;
  /** Says what is not shown here any more. */
  refused(error: unknown): void;
}

type Step = typeof detailsStep;

export class Checkout {
  /** What was asked for last; `#shown` is what there is to show of it. */
  #isReview = false;
  #shown: Step | null = null;
  #draft: Draft = emptyDraft();
  /** What was held last, for whoever wants the same again. */
  #held: Selection | null = null;
  #hasEnded = false;
  /** Why the last press failed; null where it did not. */
  #error: unknown = null;
  readonly #press = new Press(() => this.render());
  readonly #dialog: Dialog;
  readonly #act: StepActions = {
    type: (draft) => {
      this.#draft = draft;
      this.render();
    },
    next: () => this.#go(true),
    change: () => this.#press.isBusy || this.#go(false),
    leave: () => this.close(),
    book: () => this.#run(() => this.options.confirm(detailsOf(this.#draft, seatIdsOf(this.options.selection())))),
    holdAgain: () => this.#run(() => this.options.holdAgain(this.#held!)),
  };

  constructor(private readonly options: CheckoutOptions) {
    this.#dialog = new Dialog(options.root, "dialog", () => (this.#shown = null));
  }

  get isOpen(): boolean {
    return this.#dialog.isOpen;
  }

  open(): void {
    this.#held = this.options.selection();
    this.#go(false);
  }

  close(): void {
    this.#dialog.close();
  }

  /** For another event, or another buyer: what was typed here is not for them. */
  end(): void {
    this.#hasEnded = true;
    this.close();
  }

  /** After whatever has changed outside: the time, what is held, the language. */
  render(): void {
    if (this.isOpen) this.#show();
  }

  #go(isReview: boolean): void {
    this.#isReview = isReview;
    this.#show();
  }

  #show(): void {
    const venue = this.options.venue();
    const { selection, speech, secondsLeft } = this.options;
    const held = selection();
    const isHeld = held.seats.length > 0;
    // What went before its time was booked, given up or lost elsewhere, and is told where that is told.
    const isElsewhere = !isHeld && !this.#press.isBusy && !isOver(this.#held ?? held, this.options.nowMs());
    if (!venue || isElsewhere) return this.close();
    if (isHeld) this.#held = held;
    const step = !this.#isReview ? detailsStep : isHeld || this.#press.isBusy ? reviewStep : endedStep;
    const isOther = step !== this.#shown;
    if (isOther) this.#error = null;
    this.#shown = step;
    const state: StepState = {
      venue,
      selection: this.#held ?? held,
      secondsLeft: secondsLeft(),
      draft: this.#draft,
      isBusy: this.#press.isBusy,
      trouble: this.#error === null ? "" : this.#why(speech()),
    };
    this.#dialog.show(step(speech(), state, this.#act), { heading: "step-title" });
    if (isOther) this.#dialog.focusHeading();
  }


  #run(deed: () => Promise<unknown>): void {
    this.#error = null;
    void this.#press.run(deed, (error) => {
      if (this.#hasEnded) return;
      if (!this.isOpen) return this.options.refused(error);
      this.#error = error;
      this.options.failed(error);
    });
  }

  #why(speech: Speech): string {
    const why = codeOf(this.#error) === "forbidden" ? speech.words.buying.onlyShop : whyNot(this.#error, speech);
    return sentence([why], speech.words, speech.locale);
  }
}
