/** The demo's payment: it always succeeds, and books what is held. A shop has its server do this. */
import type { SeatMap } from "../src/index.js";

/** The payment under way, kept until it is answered: a second try must not pay twice. */
let payment: { holdId: string | null; transactionId: string } | null = null;

export async function payFor(map: SeatMap): Promise<void> {
  const { holdId } = map.selection;
  if (payment?.holdId !== holdId) payment = { holdId, transactionId: `demo_${randomHex(12)}` };
  const { transactionId } = payment;
  try {
    await map.confirm({ paymentInfo: { transactionId, gateway: "demo" } });
    payment = null;
  } catch (error) {
    if ((error as { code?: string }).code !== "no_answer") payment = null;
    throw error;
  }
}

// crypto.randomUUID is missing where the page is not on localhost or HTTPS.
function randomHex(bytes: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
