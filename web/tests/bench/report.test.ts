/** What counts as a failure, and how the table is set. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { failures, failedRow, table, type Row, type Verdict } from "./report.js";

const row = (what: string, verdict: Verdict): Row => ({ what, budget: "≤ 1", measured: "1", verdict, figures: null });

test("what is missed or not measured is a failure, and nothing else is", () => {
  const rows = [row("met", "met"), row("missed", "missed"), row("open", "open"), row("told", "told")];
  assert.deepEqual(failures(rows), ["missed: 1 (MISSED)", "open: 1 (not measured)"]);
});

test("what fails is told in one line", () => {
  assert.equal(failedRow("heap", new Error("it crashed\nat once")).measured, "it crashed");
});

test("every line of the table is as wide as the others", () => {
  const widths = table([row("short", "met"), row("much longer than that", "missed")]).split("\n").map((line) => line.length);
  assert.equal(widths.length, 4);
  assert.equal(new Set(widths).size, 1);
});
