/** What the map shows, as far as one can tell from outside: whether anything, and whether the same. */
import { eventually, pause } from "./eventually.js";
import type { Shop } from "./shop.js";

/** The map in small: red, green and blue of each cell. */
export type Picture = readonly number[];

const COLUMNS = 120;
const ROWS = 90;
/** Edges are blended anew with every drawing; what is another seat, colour or place differs by more than this. */
const BLENDED = 40;
const STILL_MS = 150;
const TRIES = 30;

export function isSame(a: Picture, b: Picture): boolean {
  return a.length === b.length && a.every((value, n) => Math.abs(value - b[n]!) <= BLENDED);
}

/** What is to be seen, once it stands still. */
export async function picture(shop: Shop): Promise<Picture> {
  let before = await look(shop);
  for (let tries = 0; tries < TRIES; tries += 1) {
    await pause(STILL_MS);
    const now = await look(shop);
    if (isSame(now, before)) return now;
    before = now;
  }
  throw new Error("the picture does not stand still");
}

/** Waits until the map looks like this. */
export function looksLike(what: string, shop: Shop, wanted: Picture): Promise<void> {
  return eventually(what, async () => isSame(await picture(shop), wanted), true);
}

/** The pixels on the screen, not those of a canvas: a drawing that is moved need not be drawn again. */
async function look(shop: Shop): Promise<Picture> {
  const png = (await shop.part("map").screenshot()).toString("base64");
  return shop.page.evaluate(async ([text, columns, rows]) => {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    const context = new OffscreenCanvas(columns, rows).getContext("2d")!;
    context.imageSmoothingQuality = "high";
    context.drawImage(await createImageBitmap(new Blob([bytes])), 0, 0, columns, rows);
    return [...context.getImageData(0, 0, columns, rows).data].filter((_, n) => n % 4 < 3);
  }, [png, COLUMNS, ROWS] as const);
}

/** Whether a canvas has pixels of at least three colours: background, and something on it. */
export function isDrawn(shop: Shop): Promise<boolean> {
  return shop.page.evaluate(() => {
    const all = [...document.querySelector("seat-map")!.shadowRoot!.querySelectorAll("canvas")];
    return all.some((canvas) => {
      if (!canvas.width || !canvas.height) return false;
      const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d")!;
      copy.drawImage(canvas, 0, 0);
      const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
      return new Set(new Uint32Array(data.buffer)).size >= 3;
    });
  });
}
