/**
 * Draws one's own lot again, out of what everyone may see: seed and round are the promised ones, the buyer was counted, nobody
 * was counted who is not in the list or stands in it twice, and the number is where the lot puts it.
 *
 * That the beacon's signature is the network's is not checked here: `local verify-draw` does.
 */
import type { DrawPage, Inclusion, LineDraw } from "../client/types.js";
import { compare, each, fromHex, hmac, sha256, utf8, type Bytes } from "./bytes.js";
import { roundOf, type Promised } from "./promise.js";
import { rootFrom, rootOf } from "./tree.js";

/** What is known of a buyer who took part in a draw that is over. */
export interface Evidence {
  draw: LineDraw;
  /** The token's `sub`. */
  subject: string;
  priority: string;
  number: number;
  inclusion: Inclusion;
  /** What was seen before anybody was fixed; null where nothing was. */
  promised: Promised | null;
}

/** `shown`: the seed, held against the commitment that is shown with it, for want of an earlier one. */
export type What = "commitment" | "shown" | "round" | "beacon" | "inclusion" | "entrants" | "number";

/** `many`: more than a page of entrants, which is not counted again here. `unread`: the page could not be read. */
export type Outcome = "right" | "wrong" | "many" | "unread";

export interface Finding {
  what: What;
  outcome: Outcome;
}

/** The leaves by priority. */
type Lists = Map<string, Bytes[]>;

/** One page of leaves, 3.5 MB as it comes. What is more than that is not for a buyer's telephone. */
const ENTRANTS_AT_MOST = 100_000;

/** `page` reads a page of the entrants' leaves. */
export async function* check(evidence: Evidence, page: (page: number) => Promise<DrawPage>): AsyncGenerator<Finding> {
  const { draw: { commitment, seed, beacon }, subject, promised } = evidence;
  const leaf = await sha256(utf8(subject));
  const fingerprint = await sha256(fromHex(seed ?? ""));
  const isShown = same(fingerprint, commitment);
  yield promised ? found("commitment", isShown && same(fingerprint, promised.commitment)) : found("shown", isShown);
  if (promised && (beacon || promised.round)) yield found("round", roundOf(evidence.draw) === promised.round);
  if (beacon) yield found("beacon", same(await sha256(fromHex(beacon.signature ?? "")), beacon.randomness));
  yield found("inclusion", same(await rootFrom(leaf, evidence.inclusion), rootIn(evidence)));
  yield* recount(evidence, leaf, page);
}

async function* recount(evidence: Evidence, leaf: Bytes, page: (page: number) => Promise<DrawPage>): AsyncGenerator<Finding> {
  if (evidence.draw.entrants > ENTRANTS_AT_MOST) return yield { what: "number", outcome: "many" };
  let lists: Lists;
  try {
    lists = new Map(Object.entries((await page(0)).byPriority).map(([priority, leaves]) => [priority, leaves.map(fromHex)]));
  } catch {
    return yield { what: "number", outcome: "unread" };
  }
  const { leafIndex, treeSize } = evidence.inclusion;
  const leaves = lists.get(evidence.priority) ?? [];
  const isOwn = leaves.length === treeSize && compare(leaves[leafIndex] ?? new Uint8Array(), leaf) === 0;
  yield found("entrants", isOwn && (await isWhole(lists, evidence.draw)));
  yield found("number", (await rankOf(leaf, leaves, evidence.draw)) === evidence.number);
}

/** All of the priorities: as many as take part, nobody twice, and each list that of its root. */
async function isWhole(lists: Lists, { entrants, entrantsRoot = {} }: LineDraw): Promise<boolean> {
  const all = [...lists.values()].flat();
  if (all.length !== entrants || new Set(all.map(String)).size !== entrants) return false;
  if ([...lists.keys()].some((priority) => !Object.hasOwn(entrantsRoot, priority))) return false;
  for (const [priority, root] of Object.entries(entrantsRoot)) {
    const leaves = lists.get(priority) ?? [];
    if (!isAscending(leaves) || !same(await rootOf(leaves), root)) return false;
  }
  return true;
}

/** Which number the lot gives a leaf: one more than leaves are drawn before it. */
async function rankOf(leaf: Bytes, leaves: readonly Bytes[], { seed, beacon }: LineDraw): Promise<number> {
  const promised = fromHex(seed ?? "");
  const key = beacon ? await (await hmac(promised))(fromHex(beacon.randomness ?? "")) : promised;
  const lotOf = await hmac(key);
  const own = await lotOf(leaf);
  return 1 + (await each(leaves, lotOf)).filter((lot) => compare(lot, own) < 0).length;
}

const found = (what: What, isRight: boolean): Finding => ({ what, outcome: isRight ? "right" : "wrong" });

const rootIn = ({ draw, priority }: Evidence) => draw.entrantsRoot?.[priority];

function same(bytes: Bytes | null, hex: string | undefined): boolean {
  return bytes !== null && hex !== undefined && compare(bytes, fromHex(hex)) === 0;
}

/** The tree is over leaves in order, so that a list has one root. */
function isAscending(leaves: readonly Bytes[]): boolean {
  return leaves.every((leaf, n) => n === 0 || compare(leaves[n - 1]!, leaf) < 0);
}
