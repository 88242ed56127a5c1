/** The draw in templates: what it is, its figures, and what the check of one's own place came to. */
import type { html, TemplateResult } from "lit/html.js";
import type { LineDraw } from "../client/types.js";
import type { DrawWords } from "../words/draw-en.js";
import type { Finding } from "./check.js";
import { QUICKNET } from "./promise.js";
import type { Stage } from "./stage.js";

export interface Shown {
  html: typeof html;
  words: DrawWords;
  /** A number in the reader's digits. */
  count(n: number): string;
  draw: LineDraw;
  stage: Stage;
  /** Of the buyer, where the lot is drawn and the buyer took part. */
  number: number | null;
  priority: string;
  findings: readonly Finding[];
  isChecking: boolean;
  /** Null where this browser has no means for it. */
  check: (() => void) | null;
}

export function drawPanel(shown: Shown): TemplateResult {
  const { html, words, draw: { beacon, entrants }, stage, count } = shown;
  const isBefore = stage === "early";
  return html`<div class="draw">
    ${isBefore && beacon ? html`<p>${howBeacon(beacon, words)}</p>` : ""}
    ${isBefore ? html`<p>${words.entrants(count(entrants))}</p>` : ""}
    <details><summary>${isBefore ? words.fair : words.figures}</summary>
      ${isBefore ? html`<p>${words.promise}</p>` : ""}
      ${figures(shown)}
      ${stage === "drawn" && shown.draw.seed ? ownCheck(shown) : ""}
    </details>
  </div>`;
}

type Beacon = NonNullable<LineDraw["beacon"]>;

/** What a beacon is called after "round 7": only of a chain that the page knows can it say whose it is. */
export const networkOf = ({ chain }: Beacon, words: DrawWords): string => (chain === QUICKNET ? words.drand : words.otherBeacon);

function howBeacon(beacon: Beacon, words: DrawWords): string {
  const how = words.howBeacon(String(beacon.round), networkOf(beacon, words));
  return beacon.chain === QUICKNET ? `${how} ${words.nobody}` : how;
}

function figures({ html, words, count, draw: { commitment, entrantsRoot, seed, beacon }, number, priority }: Shown): TemplateResult {
  const figure = (name: string, hex: string | undefined) =>
    hex && html`<dt>${name}</dt><dd><code dir="ltr" tabindex="0">${hex}</code></dd>`;
  return html`<dl>
      ${number && html`<dt>${words.number}</dt><dd>${count(number)}</dd>`}
      ${figure(words.commitment, commitment)}
      ${figure(words.root, entrantsRoot?.[priority])}
      ${figure(words.seed, seed)}
      ${beacon && html`<dt>${words.round}</dt><dd>${beacon.round}</dd>`}
      ${figure(words.chain, beacon?.chain)}
      ${figure(words.randomness, beacon?.randomness)}
    </dl>
    <p class="small">${words.selects}</p>`;
}

function ownCheck(shown: Shown): TemplateResult {
  const { html, words, findings, isChecking, check } = shown;
  if (!check) return html`<p>${words.insecure}</p>`;
  return html`<button type="button" aria-disabled=${isChecking} @click=${check}>${isChecking ? words.checking : words.check}</button>
    <ul>${findings.map((finding) => html`<li data-outcome=${finding.outcome}>${findingText(finding, shown)}</li>`)}</ul>
    ${findings.length && !isChecking ? html`<p class="verdict" data-outcome=${worst(findings)}>${verdict(findings, words, shown.draw)}</p>` : ""}`;
}

/** What a check of the draw found, in a sentence. */
export function findingText({ what, outcome }: Finding, { words, count, draw }: Pick<Shown, "words" | "count" | "draw">): string {
  if (outcome === "many") return words.many(count(draw.entrants));
  return outcome === "unread" ? words.unread : words[outcome][what];
}

/** What all findings come to. */
export function verdict(findings: readonly Finding[], words: DrawWords, { beacon }: LineDraw): string {
  if (worst(findings) === "wrong") return words.notRight;
  // WebCrypto does not have the curve: that the network has signed the round is not known here.
  if (beacon) return `${words.someRight} ${words.unsigned(String(beacon.round))}`;
  return findings.every(({ outcome }) => outcome === "right") ? words.allRight : words.someRight;
}

const worst = (findings: readonly Finding[]) => (findings.some(({ outcome }) => outcome === "wrong") ? "wrong" : "right");
