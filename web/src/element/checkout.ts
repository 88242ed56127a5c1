/** The element's own last step, for shops that take no payment on the page: who books, and the booking. */
import { html, render } from "lit/html.js";
import type { ConfirmDetails } from "../sale/sale.js";
import { whyNot, type Speech } from "./speech.js";

export interface Checkout {
  confirm(details: ConfirmDetails): Promise<unknown>;
  failed(error: unknown): void;
}

/** Opens the form in the shadow root. While a booking is asked for, the form cannot be sent again. */
export function openCheckout(root: ShadowRoot, speech: Speech, { confirm, failed }: Checkout): void {
  const { words } = speech;
  const dialog = document.createElement("dialog");
  dialog.setAttribute("part", "dialog");
  dialog.className = "dialog";
  dialog.setAttribute("aria-label", words.checkoutTitle);
  dialog.addEventListener("close", () => dialog.remove());
  const show = (isBusy: boolean, trouble = "") => render(html`
    <form @submit=${(event: SubmitEvent) => void submit(event)}>
      <h2>${words.checkoutTitle}</h2>
      <label>${words.fullName} <input name="name" autocomplete="name" required></label>
      <label>${words.email} <input name="email" type="email" autocomplete="email" required></label>
      <p role="alert">${trouble}</p>
      <div class="deeds">
        <button type="button" @click=${() => dialog.close()}>${words.back}</button>
        <button class="main" ?disabled=${isBusy}>${words.book}</button>
      </div>
    </form>`, dialog);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const values = new FormData(event.target as HTMLFormElement);
    show(true);
    try {
      await confirm({ contactInfo: { name: String(values.get("name")), email: String(values.get("email")) } });
      dialog.close();
    } catch (error) {
      show(false, whyNot(error, speech));
      failed(error);
    }
  };
  show(false);
  root.append(dialog);
  dialog.showModal();
}
