/** Mistakes that somebody could make in the seat map, each with the room whose tests must notice. */

export interface Mutant {
  name: string;
  /** What a buyer would meet. */
  breakage: string;
  /** Below `src`. */
  file: string;
  /** Stands in the file exactly once. */
  before: string;
  after: string;
  /** The folder below `src` whose tests must fail. */
  room: string;
}

export const MUTANTS: readonly Mutant[] = [
  {
    name: "older-frames-win", breakage: "a frame that comes late shows a state that is over",
    file: "venue/venue.ts", before: "if (version < known) return false;", after: "", room: "venue",
  },
  {
    name: "stale-reading-frees", breakage: "a reading from before a hold's end frees the seat",
    file: "venue/venue.ts", before: "return status !== HELD || asOf >= this.#expires[seat]!;", after: "return true;", room: "venue",
  },
  {
    name: "holds-never-end", breakage: "a hold that is over stays on show until somebody tells",
    file: "venue/venue.ts", before: "if (expires <= nowMs) {", after: "if (expires < 0) {", room: "venue",
  },
  {
    name: "unpriced-is-free", breakage: "a seat whose category is not for sale looks free",
    file: "venue/venue.ts", before: 'if (status === AVAILABLE && this.price(seat) === null) return "blocked";', after: "", room: "venue",
  },
  {
    name: "wish-stays", breakage: "a refused hold goes on looking as if it were under way",
    file: "sale/sale.ts", before: "this.#venue?.unwish(ids);", after: "", room: "sale",
  },
  {
    name: "left-joins-again", breakage: "whoever has left the line is put back into it after a failure",
    file: "sale/waiting-room.ts", before: "this.#askIn(RETRY_MS, ask);", after: "this.#askIn(RETRY_MS, () => this.#look());", room: "sale",
  },
  {
    name: "booked-is-lost", breakage: "a seat that was paid for on the shop's server is said to be lost",
    file: "sale/holding.ts", before: "|| this.#gone(before, after).length) await", after: ") await", room: "sale",
  },
  {
    name: "own-frames-are-doubted", breakage: "every hold of one's own is read back once more",
    file: "sale/holding.ts", before: "if (!isOurTimer) this.#readSoon(false);", after: "this.#readSoon(false);", room: "sale",
  },
  {
    name: "strangers-are-always-asked-about", breakage: "each hold of anybody makes every page read its own",
    file: "sale/holding.ts", before: "if (now - this.#strangersAt < STRANGERS_EVERY_MS) return;", after: "", room: "sale",
  },
  {
    name: "another-buyers-hold", breakage: "after a change of buyer the hold of the first stays on show",
    file: "sale/holding.ts", before: "this.#subject !== null && this.#subject !== subject", after: "false", room: "sale",
  },
  {
    name: "verbs-overtake", breakage: "a confirm overtakes the hold before it, and books without the seat",
    file: "sale/queue.ts", before: "this.#last.then(task, task)", after: "task()", room: "sale",
  },
  {
    name: "expires-while-paying", breakage: "the page gives up a hold whose booking is under way",
    file: "sale/sale.ts", before: "if (this.#deciding === 0) this.#holding.tick(nowMs);", after: "this.#holding.tick(nowMs);", room: "sale",
  },
  {
    name: "limit-at-the-click", breakage: "quick clicks hold more seats than the page allows",
    file: "sale/sale.ts", before: "if (beyond) throw beyond;", after: "", room: "sale",
  },
  {
    name: "nearest-of-any-category", breakage: "in the place of a lost seat one of another price is offered",
    file: "sale/nearest.ts", before: "plan.category[other] !== plan.category[seat] || ", after: "", room: "sale",
  },
  {
    name: "double-click-releases", breakage: "the second click of a double click acts on a seat that is not answered yet",
    file: "element/choosing.ts", before: 'if (looks.some((look) => look === "taking" || look === "giving")) return { kind: "wait" };', after: "", room: "element",
  },
  {
    name: "new-key-per-attempt", breakage: "a hold whose answer was lost is asked for again as if it were another one",
    file: "client/http.ts", before: "this.#fetch(this.#base + sending.path, initOf(sending, token, signal))",
    after: "this.#fetch(this.#base + sending.path, initOf({ ...sending, headers: headersOf({ ...sending, key: randomKey() }) }, token, signal))",
    room: "client",
  },
  {
    name: "caught-up-too-early", breakage: "a change between the joining and the first reading is missed until the next minute",
    file: "client/pace.ts", before: "asOf !== null && joined !== null && Date.parse(asOf) > Date.parse(joined.at)",
    after: "asOf !== null && joined !== null", room: "client",
  },
  {
    name: "taps-on-dots", breakage: "a tap on a seat that is too small to be meant chooses it",
    file: "map/detail.ts", before: "return px >= TAPPED_PX - 0.01;", after: "return px > 0;", room: "map",
  },
  {
    name: "edges-as-they-come", breakage: "a pale category cannot be told from the ground",
    file: "map/palette.ts", before: "isTold(fill) ? fill : legible(fill, unders, EDGE)", after: "fill", room: "map",
  },
  {
    name: "old-bookings-are-news", breakage: "whoever opens the page is told of bookings of yesterday",
    file: "sale/ownership.ts", before: ".filter((booking) => idsOf(booking).some((id) => seatIds.includes(id)))", after: ".slice()", room: "sale",
  },
  {
    name: "every-tab-tells", breakage: "a shop counts one purchase in each of the buyer's tabs",
    file: "sale/tabs.ts", before: ".filter(([, at]) => at >= since)", after: ".slice(0, 0)", room: "sale",
  },
  {
    name: "nobody-comes", breakage: "a booking lists passengers without a name",
    file: "element/buying/draft.ts", before: ".filter(({ firstName, lastName }) => firstName || lastName)", after: "", room: "element/buying",
  },
  {
    name: "tickets-in-one-line", breakage: "places of an area with different tickets are shown at one price",
    file: "element/buying/lines.ts", before: "JSON.stringify([area, seat.ticketTypeId, seat.price])", after: "area", room: "element/buying",
  },
  {
    name: "noise-is-slower", breakage: "the expected wait jumps back with every look, and calls the line slower",
    file: "element/waiting/outlook.ts", before: "Math.max(NOISE_MS, (turnAt - nowMs) * NOISE_SHARE)", after: "0", room: "element/waiting",
  },
  {
    name: "every-step-is-spoken", breakage: "a screen reader speaks with each step of the line",
    file: "element/waiting/outlook.ts", before: "(ahead <= aheadSaid / 2 || NEWS.some((number) => ahead <= number && number < aheadSaid))", after: "true", room: "element/waiting",
  },
  {
    name: "title-of-the-page-is-lost", breakage: "a title that the page has set meanwhile is cut",
    file: "element/waiting/title.ts", before: "&& page.title.startsWith(flag)", after: "", room: "element/waiting",
  },
  {
    name: "line-is-read-for-ever", breakage: "every buyer in line goes on reading it long after the lot was drawn",
    file: "sale/waiting-room.ts", before: "if (this.line?.draw && !this.line.draw.seed)", after: "if (this.line?.draw)", room: "sale",
  },
  {
    name: "odd-tree-is-padded", breakage: "of most crowds the check calls a right root wrong",
    file: "draw/tree.ts", before: "(right ? nodeHash(left!, right) : left!)", after: "nodeHash(left!, right ?? left!)", room: "draw",
  },
  {
    name: "path-of-any-length", breakage: "a proof for another place in the tree is taken",
    file: "draw/tree.ts", before: "return last === 0 ? hash : null;", after: "return hash;", room: "draw",
  },
  {
    name: "twice-in-the-list", breakage: "the house stands in the list twice, and the check calls it right",
    file: "draw/check.ts", before: "if (all.length !== entrants || new Set(all.map(String)).size !== entrants)", after: "if (all.length !== entrants)", room: "draw",
  },
  {
    name: "commitment-is-exchanged", breakage: "the house exchanges seed and commitment, and the check calls it the promised one",
    file: "draw/check.ts", before: "isShown && same(fingerprint, promised.commitment)", after: "isShown", room: "draw",
  },
  {
    name: "promise-is-overwritten", breakage: "a round is held against what the line said last, and not at first",
    file: "draw/promise.ts", before: "if (!this.promised) this.memory", after: "this.memory", room: "draw",
  },
  {
    name: "signature-counts-as-checked", breakage: "a signature that was made up fits like a genuine one",
    file: "draw/panel.ts", before: "if (beacon) return `${words.someRight}", after: "if (!beacon) return `${words.someRight}", room: "draw",
  },
  {
    name: "beacon-is-ignored", breakage: "a lot that was drawn without the beacon is called right",
    file: "draw/check.ts", before: "const key = beacon ?", after: "const key = !beacon ?", room: "draw",
  },
  {
    name: "findings-of-another", breakage: "a buyer is shown that somebody else's place was checked",
    file: "draw/draw.ts", before: "if (whose !== this.#checked) [", after: "if (!this.#checked) [", room: "draw",
  },
  {
    name: "time-without-a-zone", breakage: "whoever is elsewhere comes at the wrong hour",
    file: "element/speech.ts", before: "if (there === here) return here;", after: "return there;", room: "element",
  },
  {
    name: "one-is-many", breakage: "German says 1 Plätze",
    file: "words/de.ts", before: 'rules.select(count.n) === "one" ? one : other}`', after: 'other}`', room: "words",
  },
];
