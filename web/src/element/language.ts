/** In which language the element speaks: that of the page around it, as soon as its words are here. */
import { en, type Words } from "../words/en.js";
import { languages } from "../words/languages.js";
import { around, localeOf } from "./locale.js";

export class Language {
  words: Words = en;
  /** A BCP 47 tag. It changes together with the words, so that no sentence is in two languages. */
  locale = "en";
  #wanted = "";
  #observer: MutationObserver | null = null;

  /** `changed` is called when other words have come, and when the page may want some. */
  constructor(private readonly element: Element, private readonly changed: () => void) {}

  /** From now on follows what the page says around the place where the element is now. */
  watch(): void {
    this.rest();
    this.#observer = new MutationObserver(this.changed);
    const roots = [...around(this.element)].filter(({ parentNode }) => !parentNode);
    for (const root of roots) this.#observer.observe(root, { subtree: true, attributes: true, attributeFilter: ["lang"] });
  }

  rest(): void {
    this.#observer?.disconnect();
  }

  /** Looks at what the page says. Words that have to be loaded come later; those that did not come are asked for again. */
  update(): void {
    if (!this.element.isConnected) return;
    const said = [...around(this.element)].map((node) => (node as HTMLElement).lang);
    const locale = localeOf(...said, navigator.language);
    if (locale === this.#wanted) return;
    this.#wanted = locale;
    const load = languages[new Intl.Locale(locale).language];
    if (!load) return this.#speak(en, locale);
    const isWanted = () => this.#wanted === locale;
    load().then(({ words }) => {
      if (!isWanted()) return;
      this.#speak(words, locale);
      this.changed();
    }, () => {
      if (isWanted()) this.#wanted = "";
    });
  }

  #speak(words: Words, locale: string): void {
    [this.words, this.locale] = [words, locale];
  }
}
