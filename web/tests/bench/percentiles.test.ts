/** What many measurements come to. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { median, percentile, spread } from "./percentiles.js";

const HUNDRED = Array.from({ length: 100 }, (_, n) => 100 - n);

describe("percentiles", () => {
  for (const [percent, value] of [[0, 1], [1, 1], [50, 50], [95, 95], [95.5, 96], [100, 100]] as const) {
    test(`of 1 to 100, ${percent} percent do not exceed ${value}`, () => assert.equal(percentile(HUNDRED, percent), value));
  }

  test("numbers are sorted as numbers, and the list that was given stays as it was", () => {
    const values = [100, 9, 20];
    assert.equal(median(values), 20);
    assert.deepEqual(values, [100, 9, 20]);
  });

  test("one slow frame of twenty is no p95, two are", () => {
    const frames = (slow: number) => Array.from({ length: 20 }, (_, n) => (n < slow ? 100 : 16));
    assert.deepEqual([1, 2].map((slow) => spread(frames(slow)).p95), [16, 100]);
    assert.deepEqual(spread(frames(1)), { count: 20, median: 16, p95: 16, most: 100 });
  });

  test("nothing measured is no measurement", () => assert.throws(() => percentile([], 95), /nothing was measured/));
});
