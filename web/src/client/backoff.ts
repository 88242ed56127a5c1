/** How long to wait before another try: a crowd that lost the server together must not come back together. */

/** Full jitter: anything up to a ceiling that doubles with every failure, from `least` to `most` milliseconds. */
export function backoff(failures: number, least: number, most: number, random: () => number): number {
  return random() * Math.min(most, least * 2 ** failures);
}
