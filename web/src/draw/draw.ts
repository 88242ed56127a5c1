/**
 * The draw on the page: it adds to what is told of a buyer's place how the lot is drawn, and checks that place at a click.
 *
 * A module of its own, loaded where a line has a draw. It imports nothing that the element's module has too: what both need
 * is handed in, or the two would be torn into three.
 */
import type { html, TemplateResult } from "lit/html.js";
import type { LineDraw, PlaceInLine } from "../client/types.js";
import type { WaitingRoom } from "../sale/waiting-room.js";
import { words as english, type DrawWords } from "../words/draw-en.js";
import { drawLanguages } from "../words/draw-languages.js";
import type { Count, Words } from "../words/en.js";
import { check, type Evidence, type Finding } from "./check.js";
import { drawStyles } from "./draw.css.js";
import { drawPanel, findingText, networkOf, verdict } from "./panel.js";
import { Seen, type Memory } from "./promise.js";
import { stageOf, type Stage } from "./stage.js";

export interface DrawOptions {
  html: typeof html;
  memory: Memory;
  /** Within the shadow root that takes the draw's styles. */
  root: Node;
  speech(): { words: Words; locale: string };
  /** Says it politely to screen readers. */
  say(text: string): void;
  /** There is something else to show. */
  changed(): void;
}

/** What is told of a place, in so far as a draw may say it otherwise. */
export interface Telling {
  title: string;
  text: string;
  notes?: string;
  /** How far the draw has come: where it goes on, that is worth saying. */
  stage?: Stage;
  more?: TemplateResult;
}

type Room = Pick<WaitingRoom, "standing" | "line" | "subject" | "options">;

/** Words that did not come are asked for again after so long. */
const RETRY_MS = 5_000;
/** A line comes out of caches, each a second old at most, and may show the seed a little later than a place its number. */
const REREAD_MS = 2_000;

export class Draw {
  #words: DrawWords = english;
  #askedAt = -Infinity;
  #readAt = -Infinity;
  #asked = "";
  #findings: Finding[] = [];
  #isChecking = false;
  /** Whose place the findings are about. */
  #checked = "";

  constructor(private readonly options: DrawOptions) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(drawStyles);
    (options.root.getRootNode() as ShadowRoot).adoptedStyleSheets.push(sheet);
  }

  /** The same with what the draw has to say; as it was where there is no draw, or no words for it yet. */
  tell<Told extends Telling>(told: Told, room: Room, nowMs: number): Told {
    const { line, standing } = room;
    const stage = line?.draw ? stageOf(line.draw, standing, line.opensAt, nowMs) : null;
    const seen = this.#seen(room);
    if (standing?.status === "left") seen.left();
    if (line?.draw) seen.note(line.draw, stage === "early");
    const words = this.#spoken(nowMs);
    if (!stage || !words) return told;
    if (stage === "drawn" && !line!.draw!.seed) this.#reread(room, nowMs);
    const place = standing as PlaceInLine;
    const more = this.#panel(line!.draw!, place, stage, words, room);
    return { ...told, ...this.#say(told, line!.draw!, place, stage, words, seen.isEarly), stage, more };
  }

  #say(told: Telling, { beacon }: LineDraw, place: PlaceInLine, stage: Stage, words: DrawWords, isEarly: boolean): Partial<Telling> {
    const { words: { waiting } } = this.options.speech();
    const { number, seatsLeft, likely, status, inclusion } = place;
    const notes = `${words.seatsLeft(this.#count(seatsLeft))} ${waiting.stay}`;
    if (stage === "early") return { title: words.early, text: `${told.text} ${words.how}`, notes };
    if (stage === "drawing") return { title: words.drawing, text: words.drawingText, notes };
    if (stage === "beacon") return { title: words.beacon, text: words.beaconText(String(beacon?.round), beacon ? networkOf(beacon, words) : words.otherBeacon), notes };
    if (stage === "late" && isEarly) return { text: `${told.text} ${words.leftOut}` };
    if (status !== "waiting") return {};
    if (stage === "late") return { text: `${told.text} ${words.late}` };
    const own = words.place(this.#count(number!), this.#count(inclusion!.treeSize));
    return { text: `${own} ${told.text}`, notes: `${waiting.seatsLeft(this.#counted(seatsLeft), likely)} ${waiting.stay}` };
  }

  #panel(draw: LineDraw, { number, priority, inclusion }: PlaceInLine, stage: Stage, words: DrawWords, room: Room): TemplateResult {
    const { subject, options: { api, eventId } } = room;
    const whose = `${eventId} ${subject} ${number}`;
    if (whose !== this.#checked) [this.#checked, this.#findings, this.#isChecking] = [whose, [], false];
    const evidence = () => ({ draw, subject, priority: priority!, number: number!, inclusion: inclusion!, promised: this.#seen(room).promised });
    return drawPanel({
      html: this.options.html, words, draw, stage, priority: priority ?? "",
      count: (n) => this.#count(n),
      number: stage === "drawn" ? number : null,
      findings: this.#findings,
      isChecking: this.#isChecking,
      // Over plain HTTP a browser has no WebCrypto.
      check: globalThis.crypto?.subtle ? () => void this.#check(evidence(), (page) => api.drawPage(eventId, page)) : null,
    });
  }

  #seen({ subject, options: { eventId } }: Room): Seen {
    return new Seen(this.options.memory, eventId, subject);
  }

  /** Whoever is far back looks once a minute: the seed of a lot that is drawn is not waited for so long. */
  #reread(room: Room, nowMs: number): void {
    if (nowMs - this.#readAt < REREAD_MS) return;
    this.#readAt = nowMs;
    const { api, eventId } = room.options;
    api.line(eventId).then((line) => {
      room.line = line;
      this.options.changed();
    }, () => {});
  }

  async #check(evidence: Evidence, page: Parameters<typeof check>[1]): Promise<void> {
    if (this.#isChecking) return;
    const whose = this.#checked;
    const findings: Finding[] = [];
    [this.#isChecking, this.#findings] = [true, findings];
    this.options.changed();
    for await (const finding of throughout(check(evidence, page))) {
      // Another buyer's place by now: these findings are not about it.
      if (whose !== this.#checked) return;
      findings.push(finding);
      this.options.changed();
    }
    this.#isChecking = false;
    this.options.changed();
    const wrong = findings.filter(({ outcome }) => outcome === "wrong");
    const shown = { words: this.#words, count: (n: number) => this.#count(n), draw: evidence.draw };
    this.options.say([...wrong.map((finding) => findingText(finding, shown)), verdict(findings, this.#words, evidence.draw)].join(" "));
  }

  /** The draw's words in the language of the element's; null until they are here. */
  #spoken(nowMs: number): DrawWords | null {
    const { lang } = this.options.speech().words;
    if (lang === english.lang) this.#words = english;
    if (this.#words.lang === lang) return this.#words;
    if (this.#asked !== lang || nowMs - this.#askedAt > RETRY_MS) {
      [this.#asked, this.#askedAt] = [lang, nowMs];
      drawLanguages[lang]?.().then(({ words }) => {
        this.#words = words;
        this.options.changed();
      }, () => {});
    }
    return null;
  }

  #count(n: number): string {
    return n.toLocaleString(this.options.speech().locale);
  }

  #counted(n: number): Count {
    return { n, toString: () => this.#count(n) };
  }
}

/** A check that something malformed ends has an end too, and says that not all could be read. */
async function* throughout(findings: AsyncIterable<Finding>): AsyncGenerator<Finding> {
  try {
    yield* findings;
  } catch {
    yield { what: "number", outcome: "unread" };
  }
}
