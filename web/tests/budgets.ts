/** What the element may cost: the one place that `make test` and `make bench` take their limits from. */
import { constants, gzipSync } from "node:zlib";

/** Of `seat-map.js` without the modules that it loads lazily, gzip -9. */
export const ELEMENT_MAX_BYTES = 60 * 1024;

export function gzipped(code: Uint8Array): number {
  return gzipSync(code, { level: constants.Z_BEST_COMPRESSION }).length;
}

/** From the data to the first picture, by how many seats there are. */
export const FIRST_PICTURE_MAX_MS = new Map([[10_000, 300], [100_000, 1_500], [200_000, 2_000]]);

/** Work of the main thread for one frame while the camera moves. */
export const WORK_MEDIAN_MAX_MS = 8;
export const WORK_P95_MAX_MS = 16;
/** Two frames of sixty in a second. */
export const INTERVAL_P95_MAX_MS = 34;

export const STORM_CHANGES_PER_SECOND = 500;

export const HEAP_SEATS = 100_000;
export const HEAP_MAX_BYTES = 250 * 1024 * 1024;
