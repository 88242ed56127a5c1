/** What axe-core finds wrong with a page by its rules of WCAG 2.0 to 2.2, A and AA. */
import axe from "axe-core";
import type { Shop } from "./shop.js";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"];

export interface Finding {
  rule: string;
  html: string;
  why: string;
}

/** Violations, and what axe leaves to people. */
export async function audit(shop: Shop): Promise<Finding[]> {
  await shop.page.evaluate(axe.source);
  const { violations, incomplete } = await shop.page.evaluate((tags) => {
    const runner = (globalThis as unknown as { axe: typeof axe }).axe;
    return runner.run(document, {
      runOnly: { type: "tag", values: tags }, rules: { "target-size": { enabled: true } }, resultTypes: ["violations", "incomplete"],
    });
  }, TAGS);
  return [...violations, ...incomplete].flatMap(({ id, nodes }) => nodes.map(({ html, any, all, none }) => (
    { rule: id, html, why: [...any, ...all, ...none].map(({ message }) => message).join("; ") })));
}
