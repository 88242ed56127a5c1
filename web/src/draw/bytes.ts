/** Bytes as the draw publishes them, in hex, and what WebCrypto makes of them. */

export type Bytes = Uint8Array<ArrayBuffer>;

/** How many are done in one go: between one batch and the next a browser sees to its reader. */
const BATCH = 1_000;

/** What is not hex becomes other bytes, and so fits nothing. */
export function fromHex(hex: string): Bytes {
  const bytes = new Uint8Array(hex.length / 2);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = parseInt(hex.slice(2 * at, 2 * at + 2), 16);
  return bytes;
}

export const utf8 = (text: string): Bytes => new TextEncoder().encode(text);

export async function sha256(...parts: Bytes[]): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined(parts)));
}

function joined(parts: Bytes[]): Bytes {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** HMAC-SHA256 with one key. */
export async function hmac(key: Bytes): Promise<(message: Bytes) => Promise<Bytes>> {
  const made = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return async (message) => new Uint8Array(await crypto.subtle.sign("HMAC", made, message));
}

/** Below 0 where `a` comes first, in ascending order of bytes; 0 where they are the same. */
export function compare(a: Bytes, b: Bytes): number {
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
    if (a[at] !== b[at]) return a[at]! - b[at]!;
  }
  return a.length - b.length;
}

/** The same for each item, a batch at a time. */
export async function each<From, To>(items: readonly From[], task: (item: From) => To | Promise<To>): Promise<To[]> {
  const done: To[] = [];
  for (let from = 0; from < items.length; from += BATCH) {
    done.push(...(await Promise.all(items.slice(from, from + BATCH).map(task))));
    await new Promise((resolve) => void setTimeout(resolve));
  }
  return done;
}
