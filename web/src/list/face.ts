/** What a seat's button says of the seat. */
import type { SeatStatus } from "../client/types.js";
import { type Look, OWN } from "../venue/look.js";
import { count, priceOfAll, seatName, sentence } from "../words/seat.js";
import type { Context } from "./context.js";
import type { Group } from "./divide.js";

export interface Face {
  name: string;
  /** What everyone sees. */
  status: SeatStatus;
  /** Whose it is, where it is this buyer's or is asked for. */
  own: Look | null;
  isPressed: boolean;
  isDisabled: boolean;
  /** Not what the filter looks for. */
  isAside: boolean;
}

export function seatFace(context: Context, seat: number): Face {
  const { venue, words, locale, fitsSeat } = context;
  const look = venue.look(seat);
  return {
    name: seatName(venue, seat, words, locale, context.nowMs()),
    status: venue.status(seat),
    own: OWN.has(look) ? look : null,
    isPressed: look === "mine",
    isDisabled: context.isReadOnly() || !isChoosable(look),
    isAside: fitsSeat !== null && !fitsSeat(seat),
  };
}

/** What is free can be held, and what is held can be given up. */
function isChoosable(look: Look): boolean {
  return look === "available" || look === "mine";
}

export type TableFace = Pick<Face, "name" | "isPressed" | "isDisabled">;

/** A table as a whole: held when all of it is free, given up when all of it is this buyer's. */
export function tableFace(context: Context, { seats }: Group): TableFace {
  const { venue, words, locale } = context;
  const looks = new Set(seats.map((seat) => venue.look(seat)));
  const [only] = looks;
  const look = looks.size === 1 ? only! : null;
  const parts = [words.wholeTable(count(seats.length, locale)), priceOfAll(venue, seats, locale), look ? words[look] : ""];
  return {
    name: sentence(parts, words, locale),
    isPressed: look === "mine",
    isDisabled: context.isReadOnly() || look === null || !isChoosable(look),
  };
}
