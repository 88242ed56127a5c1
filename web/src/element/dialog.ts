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
    const isNew = !this.#element;
    const element = (this.#element ??= this.#make());
    element.setAttribute("aria-labelledby", heading);
    element.setAttribute("aria-describedby", note);
    render(content, element);
    if (!isNew) return;
    if (isModal) element.showModal();
    else element.show();
  }

  /** What is read next after another step: its heading. */
  focusHeading(): void {
    this.#element?.querySelector<HTMLElement>("h2")?.focus();
  }

  close(): void {
    this.#element?.close();
  }

  #make(): HTMLDialogElement {
    const element = document.createElement("dialog");
    element.className = "dialog";
    element.setAttribute("part", "dialog");
    if (this.role === "alertdialog") element.setAttribute("role", this.role);
    // The browser itself closes only what is modal.
    element.addEventListener("keydown", ({ key }) => key === "Escape" && element.close());
    element.addEventListener("close", () => {
      element.remove();
      this.#element = null;
      this.closed();
    });
    this.root.append(element);
    return element;
  }
}
