import assert from "node:assert/strict";
import { after, before as first, test } from "node:test";
import { html, type TemplateResult } from "lit/html.js";
import type { DrawPage, Line, LineDraw, PlaceInLine } from "../client/types.js";
import type { WaitingRoom } from "../sale/waiting-room.js";
import { at, START } from "../venue/testing.js";
import { en } from "../words/en.js";
import { languages } from "../words/languages.js";
import { Draw } from "./draw.js";
import { before, crowd, drawn, memory } from "./testing.js";

const undrawn: PlaceInLine = {
  status: "early", priority: "default", number: null, ahead: null, estimatedWaitSeconds: null, seatsLeft: 900, likely: true, pollAfterSeconds: 10,
};
const made = drawn(crowd(50), { isBeacon: true });
const { early, missing } = before(made);
const numbered: PlaceInLine = { ...undrawn, status: "waiting", number: made.number, ahead: made.number - 1, inclusion: made.inclusion };
const PLAIN = { title: "a title", text: "a text", notes: "some notes" };

class Sheet {
  replaceSync() {}
}
const kept = Object.getOwnPropertyDescriptor(globalThis, "CSSStyleSheet");
first(() => void Object.defineProperty(globalThis, "CSSStyleSheet", { value: Sheet, configurable: true }));
after(() => (kept ? Object.defineProperty(globalThis, "CSSStyleSheet", kept) : Reflect.deleteProperty(globalThis, "CSSStyleSheet")));

function stage(page: DrawPage = made.page, tab = memory()) {
  const styles: unknown[] = [];
  const said: string[] = [];
  const speech = { words: en, locale: "en-GB" };
  let [changes, reads] = [0, 0];
  const draw = new Draw({
    html, memory: tab, root: { getRootNode: () => ({ adoptedStyleSheets: styles }) } as unknown as Node, speech: () => speech,
    say: (text) => said.push(text), changed: () => (changes += 1),
  });
  const tell = (standing: PlaceInLine, shown: LineDraw | undefined, subject = "alice", nowMs = START) => {
    const line = { opensAt: at(60), draw: shown } as Line;
    const api = { drawPage: async () => page, line: async () => (reads += 1, line) };
    const room = { standing, line, subject, options: { eventId: "show", api } };
    return draw.tell<Parameters<typeof draw.tell>[0]>(PLAIN, room as unknown as WaitingRoom, nowMs);
  };
  return { tell, said, styles, speech, changes: () => changes, asked: () => reads };
}

/** All that a template shows, and what its button calls. */
function read(template: TemplateResult | undefined): { text: string; press: (() => void) | undefined } {
  const values = ((template?.values ?? []) as unknown[]).flatMap((value) => (Array.isArray(value) ? (value as unknown[]) : [value]));
  const parts = values.map((value) => {
    if (typeof value === "function") return { text: "", press: value as () => void };
    return Object(value).strings ? read(value as TemplateResult) : { text: ["string", "number"].includes(typeof value) ? String(value) : "", press: undefined };
  });
  return { text: parts.map(({ text }) => text).filter(Boolean).join(" | "), press: parts.find(({ press }) => press)?.press };
}

/** What a buyer sees who was there before the draw, and checks after it. */
async function checked(of: ReturnType<typeof stage>, standing = numbered, draw = made.draw, first: LineDraw | null = early): Promise<string> {
  if (first) of.tell(undrawn, first);
  read(of.tell(standing, draw).more).press!();
  for (let waits = 0; of.said.length === 0 && waits < 500; waits += 1) await new Promise((resolve) => void setTimeout(resolve, 2));
  return read(of.tell(standing, draw).more).text;
}

test("whoever is early is told that the lot decides, how many take part, and that a public round decides too", () => {
  const { tell, styles } = stage();
  const told = tell(undrawn, early);
  assert.equal(told.title, "You take part in the draw");
  assert.match(told.text, /^a text Its order is drawn by lot:/);
  const { text } = read(told.more);
  assert.match(text, /round 29043667 of the drand network is out\. So nobody can choose the order, not even the organiser\..*Taking part so far: 50\..*How the draw is kept fair/);
  assert.ok(text.includes(early.commitment), "the commitment, from the start");
  assert.equal(styles.length, 1);
  const { beacon: _, ...plain } = early;
  assert.doesNotMatch(read(tell(undrawn, plain).more).text, /drand|undefined/);
});

test("a place without a number is told without one", () => {
  const { tell } = stage();
  for (const shown of [early, missing]) {
    const { title, text, notes, more } = tell(undrawn, shown);
    assert.doesNotMatch(`${title} ${text} ${notes} ${read(more).text}`, /null|NaN|undefined|Your number/);
  }
});

test("while the lot is drawn that is said, and so is what it waits for", () => {
  const { tell } = stage();
  assert.deepEqual([tell(undrawn, early, "alice", START + 61_000).title, tell(undrawn, early, "alice", START + 61_000).stage], ["The lot is being drawn", "drawing"]);
  const waits = tell(undrawn, missing);
  assert.deepEqual([waits.title, waits.stage], ["The draw waits for public randomness", "beacon"]);
  assert.match(waits.text, /Round 29043667 .* never without it/);
});

test("after it a buyer is told the place by lot, with all figures of it", () => {
  const { tell } = stage();
  const told = tell(numbered, made.draw);
  assert.deepEqual([told.title, told.text], ["a title", `Your place by lot: ${made.number} of 50. a text`]);
  const { text } = read(told.more);
  const { commitment, entrantsRoot, seed, beacon } = made.draw;
  for (const figure of [commitment, entrantsRoot!["default"]!, seed!, String(beacon!.round), beacon!.randomness!, `Your number | ${made.number}`]) {
    assert.ok(text.includes(figure), figure);
  }
});

test("a line that shows the seed later than a place its number is read again, but not with every look at it", async () => {
  const { tell, changes, asked } = stage();
  for (const ms of [0, 500, 1_900]) tell(numbered, before(made).missing, "alice", START + ms);
  assert.equal(asked(), 1);
  await new Promise((resolve) => void setImmediate(resolve));
  assert.equal(changes(), 1);
  tell(numbered, before(made).missing, "alice", START + 2_000);
  tell(numbered, made.draw, "alice", START + 9_000);
  assert.equal(asked(), 2);
});

test("whose turn has come is told nothing else, and can still check", () => {
  const told = stage().tell({ ...numbered, status: "admitted" }, made.draw);
  assert.deepEqual([told.title, told.text], [PLAIN.title, PLAIN.text]);
  assert.match(read(told.more).text, /Check my place/);
});

test("whoever came after the draw is told so, and has nothing to check", () => {
  const { inclusion: _, ...later } = numbered;
  const told = stage().tell(later, made.draw);
  assert.match(told.text, /drawn among those who came before/);
  assert.doesNotMatch(read(told.more).text, /Check my place/);
});

test("where there is no draw, or none of the buyer's, all stays as it was", () => {
  const { tell } = stage();
  assert.equal(tell(numbered, undefined), PLAIN);
  assert.equal(tell({ ...numbered, status: "done" }, made.draw), PLAIN);
});

test("a check at a press says of every part that it is right, and says so aloud once", async () => {
  const on = stage();
  const text = await checked(on);
  assert.equal(text.match(/\bright \| /g)?.length, 7, "six parts, and all together");
  assert.match(text, /The seed is the one that was promised\..*named before the draw\./);
  assert.doesNotMatch(text, /Everything fits/, "the signature was not checked");
  assert.equal(on.said.length, 1);
  assert.match(on.said[0]!, /^All that was checked fits\. Whether the network itself signed round 29043667 was not checked here: .*verify-draw/);
  assert.ok(on.changes() >= 8, "shown step by step");
});

test("a check that fails says which part does not fit, and what to do", async () => {
  const on = stage();
  const text = await checked(on, { ...numbered, number: made.number + 1 });
  assert.match(text, /wrong \| Your number is not where the lot puts you\./);
  assert.match(text, /ask the organiser/);
  assert.match(on.said[0]!, /^Your number is not where the lot puts you\. Something does not fit\./);
});

test("what one buyer has checked is not shown to another", async () => {
  const on = stage();
  assert.match(await checked(on), /All that was checked fits/);
  assert.doesNotMatch(read(on.tell(numbered, made.draw, "bob").more).text, /All that was checked|right \|/);
});

test("without WebCrypto, as over plain HTTP, it says so instead of offering the check", (t) => {
  const has = Object.getOwnPropertyDescriptor(globalThis, "crypto")!;
  Object.defineProperty(globalThis, "crypto", { value: {}, configurable: true });
  t.after(() => Object.defineProperty(globalThis, "crypto", has));
  const { text, press } = read(stage().tell(numbered, made.draw).more);
  assert.match(text, /only on a page that came over HTTPS/);
  assert.equal(press, undefined);
});

test("in another language nothing is said before the draw's own words of it are here", async () => {
  const on = stage();
  Object.assign(on.speech, { words: (await languages["de"]!()).words, locale: "de" });
  assert.equal(on.tell(undrawn, early), PLAIN);
  while (on.changes() === 0) await new Promise((resolve) => void setImmediate(resolve));
  assert.equal(on.tell(undrawn, early).title, "Sie nehmen an der Verlosung teil");
  on.speech.words = en;
  assert.equal(on.tell(undrawn, early).title, "You take part in the draw");
});

test("without a beacon there is no signature, and everything fits", async () => {
  const plain = drawn(crowd(50));
  const on = stage(plain.page);
  await checked(on, { ...numbered, number: plain.number, inclusion: plain.inclusion }, plain.draw, before(plain).early);
  assert.deepEqual(on.said, ["Everything fits. Your place was drawn as promised."]);
});

test("of a beacon that the page does not know it does not promise whose it is", () => {
  const { tell } = stage();
  const beacon = { ...early.beacon!, chain: "00".repeat(32) };
  const { text } = read(tell(undrawn, { ...early, beacon }).more);
  assert.match(text, /round 29043667 of a beacon that this page does not know is out\./);
  assert.doesNotMatch(`${text} ${tell(undrawn, { ...missing, beacon }).text}`, /drand|not even the organiser/);
});

test("a commitment and a round that were exchanged after this tab saw others are called wrong, also after a refresh", async () => {
  const tab = memory();
  stage(made.page, tab).tell(undrawn, { ...early, commitment: "00".repeat(32), beacon: { ...early.beacon!, round: 7 } });
  const text = await checked(stage(made.page, tab));
  assert.match(text, /wrong \| The seed is not the one that was promised\. \| wrong \| Before the draw another round/);
});

test("whoever sees the draw only when it is over is told what the seed was compared with", async () => {
  const text = await checked(stage(), numbered, made.draw, null);
  assert.match(text, /right \| The seed fits the commitment that is shown now\. This page saw none before the draw/);
  assert.doesNotMatch(text, /was promised|named before/);
});

test("whoever was early and was not counted is told so, and whoever gave the place up meanwhile is not", () => {
  const { inclusion: _, ...later } = numbered;
  for (const standing of [later, { ...later, status: "admitted" as const }]) {
    const { tell } = stage();
    tell(undrawn, early);
    assert.match(tell(standing, made.draw).text, /saw you here before the room opened, and yet the lot did not count you/);
  }
  const back = stage();
  back.tell(undrawn, early);
  back.tell({ status: "left" } as unknown as PlaceInLine, early);
  assert.match(back.tell(later, made.draw).text, /drawn among those who came before/);
});

test("a check of what is malformed comes to an end, and says that it could not be read", async () => {
  const inclusion = { ...made.inclusion, path: null as unknown as string[] };
  for (const [standing, draw] of [[{ ...numbered, inclusion }, made.draw], [numbered, { ...made.draw, seed: "0" }]] as const) {
    const on = stage();
    const text = await checked(on, standing, draw);
    assert.match(text, /unread \| Your number was not recounted: what it follows from could not be read/);
    assert.match(text, /Check my place/, "not for ever checking");
  }
});
