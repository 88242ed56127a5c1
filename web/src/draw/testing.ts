/**
 * A draw as the engine makes it, for tests: written after the RFC's own recursive definitions and with Node's own hashes, so
 * that it shares nothing with what is tested.
 */
import { createHash, createHmac } from "node:crypto";
import type { DrawPage, Inclusion, LineDraw } from "../client/types.js";
import { QUICKNET, type Memory } from "./promise.js";

const sha256 = (...parts: Uint8Array[]) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();
const hmac = (key: Uint8Array, message: Uint8Array) => createHmac("sha256", key).update(message).digest();

/** The largest power of two that is smaller than n. */
const split = (n: number) => 2 ** Math.floor(Math.log2(n - 1));

/** MTH of RFC 6962, section 2.1. */
export function treeHash(leaves: readonly Uint8Array[]): Buffer {
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return sha256(Uint8Array.of(0), leaves[0]!);
  const k = split(leaves.length);
  return sha256(Uint8Array.of(1), treeHash(leaves.slice(0, k)), treeHash(leaves.slice(k)));
}

/** PATH of RFC 6962, section 2.1.1. */
export function auditPath(m: number, leaves: readonly Uint8Array[]): Buffer[] {
  if (leaves.length === 1) return [];
  const k = split(leaves.length);
  return m < k
    ? [...auditPath(m, leaves.slice(0, k)), treeHash(leaves.slice(k))]
    : [...auditPath(m - k, leaves.slice(k)), treeHash(leaves.slice(0, k))];
}

export interface Drawn {
  /** As the line shows it when all is over. */
  draw: LineDraw;
  number: number;
  inclusion: Inclusion;
  /** The only page of leaves. */
  page: DrawPage;
}

/** The drawn place of the first of these buyers, among all of them in one priority. */
export function drawn(subjects: readonly string[], { priority = "default", isBeacon = false } = {}): Drawn {
  const seed = sha256(Buffer.from("a seed"));
  const signature = Buffer.alloc(48, 7);
  const randomness = sha256(signature);
  const key = isBeacon ? hmac(seed, randomness) : seed;
  const leaves = subjects.map((subject) => sha256(Buffer.from(subject))).sort(Buffer.compare);
  const own = sha256(Buffer.from(subjects[0]!));
  const leafIndex = leaves.findIndex((leaf) => leaf.equals(own));
  const order = leaves.toSorted((a, b) => Buffer.compare(hmac(key, a), hmac(key, b)));
  const path = auditPath(leafIndex, leaves).map((hash) => hash.toString("hex"));
  const beacon = { chain: QUICKNET, round: 29_043_667, randomness: randomness.toString("hex"), signature: signature.toString("hex") };
  return {
    draw: {
      commitment: sha256(seed).toString("hex"),
      entrants: subjects.length,
      entrantsRoot: { [priority]: treeHash(leaves).toString("hex") },
      seed: seed.toString("hex"),
      ...(isBeacon && { beacon }),
    },
    number: 1 + order.findIndex((leaf) => leaf.equals(own)),
    inclusion: { leafIndex, treeSize: leaves.length, path },
    page: {
      eventId: "show", page: 0, pages: 1, entrants: subjects.length,
      byPriority: { [priority]: leaves.map((leaf) => leaf.toString("hex")) },
    },
  };
}

/** What the line shows of the same draw before anyone is fixed, and while the beacon's round is missing. */
export function before({ draw: { commitment, entrants, entrantsRoot, beacon } }: Drawn) {
  const named = beacon && { beacon: { chain: beacon.chain, round: beacon.round } };
  const early: LineDraw = { commitment, entrants, ...named };
  const missing: LineDraw = { ...early, entrantsRoot: entrantsRoot!, waitingFor: "beacon" };
  return { early, missing };
}

/** A tab's memory. */
export function memory(): Memory {
  const kept = new Map<string, string>();
  return {
    recall: (key) => kept.get(key) ?? null,
    remember: (key, value) => void (value === null ? kept.delete(key) : kept.set(key, value)),
  };
}

export const crowd = (n: number, first = "alice") => [first, ...Array.from({ length: n - 1 }, (_, k) => `buyer-${k}`)];
