/** What a pointer is on, and what a tap on it means. */
import type { Box } from "../venue/plan.js";
import type { Point } from "./camera.js";
import { APPROACHED_PX, isTappable, type Detail } from "./detail.js";
import { boxOfShape } from "./extent.js";
import { isWithinShape, type PlanFacts } from "./scene.js";
import { sectionAt } from "./sections.js";
import type { Target } from "./target.js";

/** A seat before a table, a table before an area, an area before a section. `slack` in the plan's units. */
export function targetAt(facts: PlanFacts, at: Point, slack: number, detail: Detail): Target | null {
  const seat = facts.index.at(at, slack);
  // In the overview only seats without a section are drawn as seats.
  if (seat >= 0 && (detail !== "sections" || facts.plan.section[seat] === -1)) return { kind: "seat", seat };
  const table = facts.plan.tables.findIndex((each) => isWithinShape(each, at));
  if (table >= 0) return { kind: "table", table };
  const area = facts.plan.areas.findIndex((each) => isWithin(each, at));
  if (area >= 0) return { kind: "area", area };
  const section = detail === "sections" ? sectionAt(facts.sections, at) : -1;
  return section >= 0 ? { kind: "section", section } : null;
}

/** Choose it, come closer by a factor, or bring a box into view. */
export type Meaning = { kind: "choose" } | { kind: "closer"; factor: number } | { kind: "box"; box: Box };

export function meaningOf({ plan }: PlanFacts, target: Target, scale: number): Meaning {
  if (target.kind === "section") return { kind: "box", box: plan.sections[target.section]!.box };
  if (target.kind === "seat") {
    const px = Math.min(plan.w[target.seat]!, plan.h[target.seat]!) * scale;
    return isTappable(px) ? { kind: "choose" } : { kind: "closer", factor: APPROACHED_PX / px };
  }
  const box = target.kind === "table" ? boxOfShape(plan.tables[target.table]!) : plan.areas[target.area]!;
  return isTappable(Math.min(box.width, box.height) * scale) ? { kind: "choose" } : { kind: "box", box };
}

function isWithin({ x, y, width, height }: Box, at: Point): boolean {
  return at.x >= x && at.x <= x + width && at.y >= y && at.y <= y + height;
}
