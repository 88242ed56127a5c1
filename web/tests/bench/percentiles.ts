/** Many measurements in a few numbers. */

/** The smallest value that at least `percent` of the values do not exceed. */
export function percentile(values: readonly number[], percent: number): number {
  if (values.length === 0) throw new Error("nothing was measured");
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)]!;
}

/** Of an even count the lower one of the two in the middle: something that was measured. */
export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

export interface Spread {
  count: number;
  median: number;
  p95: number;
  most: number;
}

export function spread(values: readonly number[]): Spread {
  return { count: values.length, median: median(values), p95: percentile(values, 95), most: percentile(values, 100) };
}
