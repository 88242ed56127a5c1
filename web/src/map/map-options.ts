/** What a map is given: what to show, and whom to tell what is done on it. */
import type { Venue } from "../venue/venue.js";
import type { Words } from "../words/en.js";
import type { Point } from "./camera.js";
import type { Work } from "./drawing.js";
import type { PointerKind } from "./gestures.js";
import type { Filter } from "./subject.js";
import type { Target } from "./target.js";
import type { Theme } from "./theme.js";

export interface MapOptions {
  venue: Venue;
  theme: Theme;
  words: Words;
  locale: string;
  /** Seats to which it says no are dimmed. */
  filter?: Filter;
  /** A tap on a seat that is large enough to be meant, on a table, or on an area; null for one beside everything. */
  chosen(target: Target | null, kind: PointerKind): void;
  /** The map came closer instead, because what was tapped was too small to be meant. */
  approached(target: Target): void;
  /** What the mouse is over, and where in the host; null where it is over nothing. */
  pointed(target: Target | null, at: Point | null): void;
  /** The camera has moved: what a button may do is another thing now. */
  moved?(): void;
  /** How long the main thread took to draw a frame, in milliseconds. */
  measured?(work: Work, ms: number): void;
}
