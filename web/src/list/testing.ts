/** As much of a document as the list's tests need: elements with attributes and text, of which one has the focus. */

type Child = FakeElement | string;

export class FakeElement extends EventTarget {
  children: Child[] = [];
  parent: FakeElement | null = null;
  tabIndex = 0;
  readonly style = { setProperty() {} };
  readonly #attributes = new Map<string, string>();

  constructor(readonly document: FakeDocument, readonly localName: string) {
    super();
  }

  get hidden(): boolean {
    return this.#attributes.has("hidden");
  }
  set hidden(isHidden: boolean) {
    if (isHidden) this.#attributes.set("hidden", "");
    else this.#attributes.delete("hidden");
  }

  get textContent(): string {
    return this.children.map((child) => (typeof child === "string" ? child : child.textContent)).join("");
  }
  set textContent(text: string) {
    this.replaceChildren(text);
  }

  get dataset(): Record<string, string | undefined> {
    const nameOf = (key: string) => `data-${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    return new Proxy<Record<string, string | undefined>>({}, {
      get: (_, key) => this.#attributes.get(nameOf(String(key))),
      set: (_, key, value: string) => (this.setAttribute(nameOf(String(key)), value), true),
    });
  }

  getAttribute = (name: string) => this.#attributes.get(name) ?? null;
  setAttribute = (name: string, value: string) => void this.#attributes.set(name, value);
  removeAttribute = (name: string) => void this.#attributes.delete(name);

  append(...children: Child[]): void {
    for (const child of children) if (typeof child !== "string") child.parent = this;
    this.children.push(...children);
  }

  prepend(child: Child): void {
    this.append(child);
    this.children.unshift(this.children.pop()!);
  }

  replaceChildren(...children: Child[]): void {
    this.children = [];
    this.append(...children);
  }

  contains(other: FakeElement | null): boolean {
    return other !== null && (other === this || this.contains(other.parent));
  }

  getRootNode = () => this.document;

  /** As in a browser, nothing that is not shown takes the focus. */
  focus(): void {
    for (let each: FakeElement | null = this; each; each = each.parent) if (each.hidden) return;
    this.document.activeElement = this;
  }

  scrollIntoView(): void {}
  getBoundingClientRect = () => ({ top: 0, bottom: 0 });

  matches(selector: ":focus" | ":focus-within"): boolean {
    const { activeElement } = this.document;
    return selector === ":focus" ? activeElement === this : this.contains(activeElement);
  }

  /** All below it, and itself. */
  get all(): FakeElement[] {
    return [this, ...this.children.flatMap((child) => (typeof child === "string" ? [] : child.all))];
  }

  /** Whatever it says to eyes or ears: its own texts, and its labels. */
  get said(): string[] {
    const own = this.children.filter((child) => typeof child === "string");
    const below = this.children.flatMap((child) => (typeof child === "string" ? [] : child.said));
    return [...own, this.getAttribute("aria-label") ?? "", ...below].filter(Boolean);
  }
}

export class FakeDocument {
  activeElement: FakeElement | null = null;

  createElement = (name: string): FakeElement => new FakeElement(this, name);
}
