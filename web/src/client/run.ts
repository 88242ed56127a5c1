/** Whether a reading is of the same plan, and of the same stack, as the one before. */
import type { AvailabilityData } from "./types.js";

export interface Run {
  planKey: string;
  /** The sum of the seats' versions. */
  versions: number;
  asOf: number;
}

export function runOf({ layoutId, layoutVersion, seats, asOf }: AvailabilityData): Run {
  const versions = seats.reduce((sum, { version }) => sum + version, 0);
  return { planKey: `${layoutId}/${layoutVersion}`, versions, asOf: Date.parse(asOf) };
}

/**
 * Versions only grow. Where they do not, a stack was set up anew, and what was known of it counts no more. Of what only
 * frames have told `Told` takes care.
 */
export function isSameRun(known: Run, next: Run): boolean {
  return next.planKey === known.planKey && (next.versions >= known.versions || next.asOf <= known.asOf);
}
