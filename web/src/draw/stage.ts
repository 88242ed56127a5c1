/** How far a draw has come for one buyer. */
import type { LineDraw } from "../client/types.js";
import type { Standing } from "../sale/waiting-room.js";

/** `late`: the lot was drawn, and this buyer came after it or has come back. */
export type Stage = "early" | "drawing" | "beacon" | "drawn" | "late";

/** Null where the draw has nothing to say of a place. `nowMs` by the server's clock. */
export function stageOf({ waitingFor }: LineDraw, standing: Standing | null, opensAt: string | null, nowMs: number): Stage | null {
  switch (standing?.status) {
    case "early":
      if (waitingFor) return "beacon";
      return opensAt && nowMs < Date.parse(opensAt) ? "early" : "drawing";
    case "waiting":
    case "admitted":
      return standing.inclusion ? "drawn" : "late";
  }
  return null;
}
