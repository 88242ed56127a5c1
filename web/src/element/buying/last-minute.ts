/** Warns in time that a hold ends, and offers more time as long as there is any to be had. */
import { html } from "lit/html.js";
import type { Selection } from "../../sale/selection.js";
import { codeOf } from "../../sale/trouble.js";
import { Dialog } from "../dialog.js";
import type { Speech } from "../speech.js";
import { timer } from "./basket.js";
import { Press } from "./press.js";

export interface LastMinuteOptions {
  root: HTMLElement;
  speech(): Speech;
  selection(): Selection;
  secondsLeft(): number | null;
  extend(): Promise<unknown>;
  /** Whether the page behind cannot be used anyway: else the warning does not keep anybody from the map. */
  isModal(): boolean;
  failed(error: unknown): void;
  /** What `canExtend` says is new. */
  changed(): void;
}

export class LastMinute {
  /** The end that is warned of: another one needs no warning yet. */
  #warnedOf: string | null = null;
  /** The hold that cannot be given more time any more. */
  #spent: string | null = null;
  readonly #press = new Press(() => this.render());
  readonly #dialog: Dialog;

  constructor(private readonly options: LastMinuteOptions) {
    this.#dialog = new Dialog(options.root, "alertdialog", () => (this.#warnedOf = null));
  }

  /** Whether more time may be asked for, as far as is known. */
  get canExtend(): boolean {
    const { holdId } = this.options.selection();
    return holdId !== null && holdId !== this.#spent;
  }

  warn(): void {
    this.#warnedOf = this.options.selection().expiresAt;
    this.#show();
  }

  close(): void {
    this.#dialog.close();
  }

  /** After whatever has changed outside: closes where the end is another one, or the hold is over. */
  render(): void {
    if (!this.#dialog.isOpen) return;
    if (this.options.selection().expiresAt !== this.#warnedOf) return this.close();
    this.#show();
  }

  /** Asks for more time. Where the cap is reached that is noted, and said by whoever asked. */
  async extend(): Promise<void> {
    const { holdId } = this.options.selection();
    try {
      await this.options.extend();
    } catch (error) {
      if (codeOf(error) !== "limit_exceeded") throw error;
      this.#spent = holdId;
      this.warn();
      this.options.changed();
    }
  }

  #show(): void {
    const speech = this.options.speech();
    const { words } = speech;
    const { buying } = words;
    const close = () => this.close();
    const more = () => this.#press.run(() => this.extend(), (error) => {
      close();
      this.options.failed(error);
    });
    this.#dialog.show(html`<div class="step">
      <h2 id="soon-title" tabindex="-1">${this.canExtend ? buying.soon : words.yourSeats}</h2>
      <p id="soon-note">${this.canExtend ? buying.soonFor : buying.noMore}</p>
      ${timer(speech, this.options.secondsLeft())}
      <div class="deeds">${this.canExtend
        ? html`<button type="button" @click=${close}>${buying.noThanks}</button>
          <button type="button" class="main" autofocus aria-disabled=${this.#press.isBusy} @click=${more}>${words.moreTime}</button>`
        : html`<button type="button" class="main" autofocus @click=${close}>${words.dismiss}</button>`}</div>
    </div>`, { heading: "soon-title", note: "soon-note", isModal: this.options.isModal() });
  }
}
