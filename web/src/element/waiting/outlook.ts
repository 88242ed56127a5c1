/** What a buyer in line may expect, and when it is worth saying: pure functions of what the engine has told. */
import { about, count } from "../../words/seat.js";
import type { Words } from "../../words/en.js";

export interface Outlook {
  /** When the turn should come, in milliseconds by the server's clock; null while the line stands still. */
  turnAt: number | null;
  /** Whether the last answer that changed anything made the wait longer. */
  isSlower: boolean;
}

const MINUTE_MS = 60_000;
/** What an answer may add without being news: it is rounded, and a line is never quite even. */
const NOISE_MS = 10_000;
const NOISE_SHARE = 0.1;
/** From so many minutes on they are told in fives, and then in hours. */
const FIVES_FROM = 15;
const HOURS_FROM = 90;
/** Numbers of people ahead that are news by themselves. */
const NEWS = [100, 50, 10, 0];

/** In between two answers the wait grows shorter with the clock, and what is only noise in the next one does not push it back. */
export function outlook(before: Outlook | null, waitSeconds: number | null, nowMs: number): Outlook {
  if (waitSeconds === null) return { turnAt: null, isSlower: false };
  const turnAt = nowMs + waitSeconds * 1_000;
  if (!before || before.turnAt === null || turnAt <= before.turnAt) return { turnAt, isSlower: false };
  const isNews = turnAt - before.turnAt > Math.max(NOISE_MS, (turnAt - nowMs) * NOISE_SHARE);
  return isNews ? { turnAt, isSlower: true } : before;
}

/** "less than a minute", "about 4 minutes", "about 25 minutes", "about 2 hours". */
export function waitWords(ms: number, words: Words, locale: string): string {
  const minutes = Math.round(ms / MINUTE_MS);
  if (minutes < FIVES_FROM) return about(ms, words, locale);
  const isHours = minutes >= HOURS_FROM;
  const rounded = count(isHours ? Math.round(minutes / 60) : Math.round(minutes / 5) * 5, locale);
  return isHours ? words.waiting.hours(rounded) : words.aboutMinutes(rounded);
}

/** Not every step is worth a screen reader's breath: half of what was said last is, and some numbers. */
export function isNews(aheadSaid: number, ahead: number): boolean {
  return ahead < aheadSaid && (ahead <= aheadSaid / 2 || NEWS.some((number) => ahead <= number && number < aheadSaid));
}
