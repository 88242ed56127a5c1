/** What everything in the list is written from. */
import type { Venue } from "../venue/venue.js";
import type { Words } from "../words/en.js";

/** Whether a filter lets a seat, or an area, through. */
export type Fits = (index: number) => boolean;

export interface Context {
  venue: Venue;
  words: Words;
  /** A BCP 47 tag. */
  locale: string;
  /** The server's clock, in milliseconds since 1970. */
  nowMs(): number;
  isReadOnly(): boolean;
  /** Null without a filter. */
  fitsSeat: Fits | null;
  fitsArea: Fits | null;
}
