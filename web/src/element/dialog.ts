/** A dialog among what the element shows: it is there while it is open, and gives the focus back to whatever had it before. */
import { render, type TemplateResult } from "lit/html.js";

export class Dialog {
  #element: HTMLDialogElement | null = null;

  /** `closed` is called however it was closed, by the reader too. */
  constructor(private readonly root: HTMLElement, private readonly role: "dialog" | "alertdialog", private readonly closed: () => void) {}

  get isOpen(): boolean {
    return this.#element !== null;
  }

  /** Shows the content, whose heading has the id `heading` and what is to be read with it `note`. */
  show(content: TemplateResult, { heading, note = "", isModal = true }: { heading: string; note?: string; isModal?: boolean }): void {
    const element = (this.#element ??= this.#make());
    element.setAttribute("aria-labelledby", heading);
    element.setAttribute("aria-describedby", note);
    render(content, element);
    // It may have become another kind, or have lost its kind when the element was moved.
    if (!element.isConnected || (isModal ? element.matches(":modal") : element.open)) return;
    element.open = false;
    if (isModal) element.showModal();
    else element.show();
    this.#moveVoice(element);
  }

  /** What is read next after another step: its heading. */
  focusHeading(): void {
    this.#element?.querySelector<HTMLElement>("h2")?.focus();
  }

  close(): void {
    const element = this.#element;
    if (!element) return;
    this.#element = null;
    element.close();
    this.#moveVoice(this.root.querySelector("dialog:modal") ?? this.root);
    element.remove();
    this.closed();
  }

  /** Behind what is modal nothing is spoken: the live regions come along. They come first, for what is rendered ends with its container. */
  #moveVoice(place: Element): void {
    place.prepend(...this.root.querySelectorAll(".unseen:is([role=status], [role=alert])"));
  }

  #make(): HTMLDialogElement {
    const element = document.createElement("dialog");
    element.className = "dialog";
    element.setAttribute("part", "dialog");
    if (this.role === "alertdialog") element.setAttribute("role", this.role);
    const leave = (event: Event) => {
      event.preventDefault();
      this.close();
    };
    element.addEventListener("cancel", leave);
    // The browser itself closes only what is modal.
    element.addEventListener("keydown", (event) => event.key === "Escape" && leave(event));
    this.root.append(element);
    return element;
  }
}
