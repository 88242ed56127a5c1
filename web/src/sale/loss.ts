/** What became of a hold, from what this page had and what the engine has: ended, lost seat by seat, or nothing. */
import type { SeatStatus } from "../client/types.js";
import { isOver, type Selection } from "./selection.js";

/** Why a seat is no longer this buyer's: somebody else has it, the house took it, or it was freed. */
export type LossReason = "seat_held" | "seat_booked" | "seat_blocked" | "freed";

export interface Loss {
  seatId: string;
  reason: LossReason;
}

export interface Became {
  isExpired: boolean;
  lost: Loss[];
}

const REASONS: Record<SeatStatus, LossReason> = {
  held: "seat_held",
  booked: "seat_booked",
  blocked: "seat_blocked",
  available: "freed",
};

/** Of the seats that are `gone` from a hold; `statusOf` is what everyone sees, `nowMs` the server's time. */
export function whatBecameOf(
  before: Selection,
  gone: readonly string[],
  { nowMs, statusOf }: { nowMs: number; statusOf(seatId: string): SeatStatus | undefined },
): Became {
  if (gone.length > 0 && isOver(before, nowMs)) return { isExpired: true, lost: [] };
  return { isExpired: false, lost: gone.map((seatId) => ({ seatId, reason: REASONS[statusOf(seatId) ?? "blocked"] })) };
}
