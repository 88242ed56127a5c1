/** All that a picture is made of: the venue, what was worked out of its plan, the colours, the words. */
import type { Box, Plan, Shape } from "../venue/plan.js";
import type { Venue } from "../venue/venue.js";
import type { Words } from "../words/en.js";
import type { SeatSizes } from "./camera.js";
import { extentOf, seatSizes } from "./extent.js";
import type { Palette } from "./palette.js";
import { rowsOf, type Row } from "./rows.js";
import { formsOf, type SeatForms } from "./seat-forms.js";
import { SeatIndex } from "./seat-index.js";
import { SeatStates } from "./seat-states.js";
import { sectionShapes, type SectionShape } from "./sections.js";

/** What follows from a plan alone. */
export interface PlanFacts {
  plan: Plan;
  extent: Box;
  sizes: SeatSizes;
  /** The usual size of a seat, in the plan's units; 0 without seats. */
  seatSize: number;
  index: SeatIndex;
  forms: SeatForms;
  sections: readonly SectionShape[];
  rows: readonly Row[];
  /** Whether some seats are in no section, and are drawn in the overview too. */
  hasLooseSeats: boolean;
}

export interface Scene extends PlanFacts {
  venue: Venue;
  states: SeatStates;
  palette: Palette;
  words: Words;
  locale: string;
}

export function factsOf(plan: Plan): PlanFacts {
  const sizes = seatSizes(plan);
  return {
    plan,
    extent: extentOf(plan),
    sizes,
    seatSize: sizes.usual,
    index: new SeatIndex(plan),
    forms: formsOf(plan),
    sections: sectionShapes(plan),
    rows: rowsOf(plan),
    hasLooseSeats: plan.section.includes(-1),
  };
}

export function isWithinShape({ x, y, width, height, rotation, round }: Shape, at: { x: number; y: number }): boolean {
  const turn = (rotation * Math.PI) / 180;
  const [dx, dy] = [at.x - x - width / 2, at.y - y - height / 2];
  const across = Math.abs(dx * Math.cos(turn) + dy * Math.sin(turn)) / (width / 2);
  const down = Math.abs(dy * Math.cos(turn) - dx * Math.sin(turn)) / (height / 2);
  return round ? across * across + down * down <= 1 : across <= 1 && down <= 1;
}
