/** The buyer's place in the line, in words: what to expect, and what can be done. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import type { Standing } from "../sale/waiting-room.js";
import { about, count } from "../words/seat.js";
import { timeOfDay, type Speech } from "./speech.js";

export interface WaitingActions {
  join(): void;
  leave(): void;
}

interface Told {
  title: string;
  lines: string[];
  /** Not spoken with each change. */
  notes?: string[];
  press?: [label: string, deed: () => void];
}

export function waitingPanel(standing: Standing, opensAt: string | null, speech: Speech, act: WaitingActions): TemplateResult | typeof nothing {
  const told = wordsFor(standing, opensAt, speech, act);
  if (!told) return nothing;
  const { title, lines, notes = [], press } = told;
  return html`<section class="notice waiting" data-status=${standing.status} aria-label=${title}>
    <p><strong>${title}</strong> ${lines.join(" ")} <small>${notes.join(" ")}</small></p>
    ${press ? html`<button type="button" @click=${press[1]}>${press[0]}</button>` : nothing}
  </section>`;
}

/** What is said to screen readers; empty for nothing. */
export function waitingSpoken(standing: Standing, opensAt: string | null, speech: Speech): string {
  const told = wordsFor(standing, opensAt, speech, { join: () => {}, leave: () => {} });
  return told ? [`${told.title}.`, ...told.lines].join(" ") : "";
}

function wordsFor(standing: Standing, opensAt: string | null, speech: Speech, act: WaitingActions): Told | null {
  const words = speech.words.waiting;
  const leave: Told["press"] = [words.leave, act.leave];
  switch (standing.status) {
    case "early":
      return { title: words.early, ...prospect(standing, speech, opensAt ? words.opens(timeOfDay(opensAt, speech)) : words.opensSoon), press: leave };
    case "waiting":
      return { title: standing.ahead ? words.ahead(count(standing.ahead, speech.locale)) : words.next, ...prospect(standing, speech), press: leave };
    case "admitted":
      return { title: words.turn, lines: until(standing.passExpiresAt, speech) };
    case "open":
      return standing.pass ? { title: words.noWait, lines: until(standing.passExpiresAt, speech) } : null;
    case "done":
      return { title: words.over, lines: [words.holdsStay], press: [words.again, act.join] };
    case "left":
      return { title: words.left, lines: [words.startsAtEnd], press: [words.take, act.join] };
    case "closed":
      return { title: words.closed, lines: [] };
  }
}

interface Prospect {
  estimatedWaitSeconds: number | null;
  seatsLeft: number;
  likely: boolean;
}

function prospect({ estimatedWaitSeconds, seatsLeft, likely }: Prospect, { words, locale }: Speech, first?: string): Pick<Told, "lines" | "notes"> {
  const { waiting } = words;
  const wait = estimatedWaitSeconds === null ? waiting.stands : waiting.wait(about(estimatedWaitSeconds * 1_000, words, locale));
  const odds = likely ? [] : [waiting.unlikely];
  return { lines: [first ?? wait, ...odds], notes: [waiting.seatsLeft(count(seatsLeft, locale)), waiting.reload] };
}

function until(passExpiresAt: string | undefined, speech: Speech): string[] {
  return passExpiresAt ? [speech.words.waiting.until(timeOfDay(passExpiresAt, speech))] : [];
}
