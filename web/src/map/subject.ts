/** What the map is of: a venue, looked at in some colours, words, and through a filter. */
import type { Venue } from "../venue/venue.js";
import type { Words } from "../words/en.js";
import { paletteOf } from "./palette.js";
import { factsOf, type PlanFacts, type Scene } from "./scene.js";
import { SeatStates } from "./seat-states.js";
import type { Theme } from "./theme.js";

export type Filter = ((seat: number) => boolean) | null;

export interface Look {
  theme: Theme;
  words: Words;
  locale: string;
}

export class Subject {
  facts: PlanFacts;
  states: SeatStates;
  #venue: Venue;
  #look: Look;
  #filter: Filter;
  /** Null where something has changed since. */
  #scene: Scene | null = null;

  constructor(venue: Venue, { theme, words, locale }: Look, filter: Filter) {
    [this.#venue, this.#look, this.#filter] = [venue, { theme, words, locale }, filter];
    this.facts = factsOf(venue.plan);
    this.states = this.#read();
  }

  /** True where the plan is another one. */
  setVenue(venue: Venue): boolean {
    const { plan } = this.#venue;
    const isOther = venue.plan.key !== plan.key || venue.plan.count !== plan.count;
    // A plan that was read again may be another object, or have been published anew under its old name.
    if (venue.plan !== plan) this.facts = factsOf(venue.plan);
    this.#venue = venue;
    this.states = this.#read();
    this.#scene = null;
    return isOther;
  }

  set(look: Partial<Look>): void {
    this.#look = { ...this.#look, ...look };
    this.#scene = null;
  }

  filter(filter: Filter): void {
    this.#filter = filter;
    this.states.filter(filter);
  }

  /** All that there is to paint. `resolve` says what the browser makes of a system colour. */
  scene(resolve: (color: string) => string): Scene {
    const { theme, words, locale } = this.#look;
    this.#scene ??= {
      ...this.facts,
      venue: this.#venue,
      states: this.states,
      palette: paletteOf(theme, this.#venue.plan.categories, resolve),
      words,
      locale,
    };
    return this.#scene;
  }

  #read(): SeatStates {
    const states = new SeatStates(this.#venue);
    if (this.#filter) states.filter(this.#filter);
    return states;
  }
}
