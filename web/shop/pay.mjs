/**
 * A selection is paid and booked: what the buyer holds is read from Holdfast, the card is charged, and then exactly these seats
 * are confirmed, by the server, for the buyer. What the page says of seats and prices is never believed; it must only be the
 * same, so that nobody pays what they have not seen.
 *
 * However often it is asked, one selection is paid once. A real shop keeps `payments` in its database, so that a restart forgets
 * none.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { ask, PATIENT_MS, Refused } from "./holdfast.mjs";

/**
 * @typedef {{ name: string, email: string }} Contact
 * @typedef {{ buyer: string, eventId: string, holdId: string, total: number, currency: string, contact: Contact, card: string }}
 *   Order `total` and `currency` are what the buyer was shown.
 * @typedef {object} Payment
 * @property {string} transactionId
 * @property {number} amount
 * @property {string} currency
 * @property {string[]} seatIds
 * @property {Promise<Booked> | null} booking Goes on until it is known, also when nobody waits any longer.
 * @property {boolean} isBooked
 * @typedef {{ bookingId: string, seatIds: string[], totalAmount: number, currency: string, transactionId: string }} Booked
 */

/** What a person is told where nothing was booked. */
export class Sorry extends Error {
  /** @param {number} status @param {string} code @param {string} message @param {object} [more] What the page shows with it. */
  constructor(status, code, message, more) {
    super(message);
    this.status = status;
    this.code = code;
    this.more = more;
  }
}

const PATIENCE_MS = 8_000;

const UNSURE = "Your card is charged, but the booking is not confirmed yet. Press Pay again in a moment: you will not pay twice.";
const GIVEN_BACK = "Your seats changed while you paid, so they were not booked. You have your money back; please choose again.";
const SILENT = "The box office does not answer, so your card was not charged this time. Please try again in a moment.";
const NOT_HELD = "These seats are no longer held for you. Where the map shows them as yours they are booked; else choose again.";
const DECLINED = "Your card was declined, and nothing was charged. Your seats are still held: try another card.";

/** What was charged, by buyer and hold: nobody pays for, or sees, another buyer's selection. @type {Map<string, Payment>} */
const payments = new Map();
/** Requests that are not answered yet. @type {Map<string, Promise<Booked>>} */
const underWay = new Map();

/** @param {Order} order @returns {Promise<Booked>} */
export function pay(order, patienceMs = PATIENCE_MS) {
  const key = `${order.buyer}/${order.holdId}`;
  const paying = underWay.get(key) ?? chargeAndBook(order, key, patienceMs).finally(() => underWay.delete(key));
  // A second click waits for the first one's answer.
  underWay.set(key, paying);
  return paying;
}

/** @param {Order} order @param {string} key @param {number} patienceMs @returns {Promise<Booked>} */
async function chargeAndBook(order, key, patienceMs) {
  let payment = payments.get(key);
  if (!payment || payment.isBooked) {
    const hold = await held(order);
    // What is still held after a booking are other seats, which were added while one paid.
    if (hold) payments.set(key, (payment = await charged(hold, order)));
  }
  if (!payment) throw new Sorry(409, "not_held", NOT_HELD);
  payment.booking ??= book(order, payment);
  const tooLong = pause(patienceMs, undefined, { ref: false }).then(() => {
    throw new Sorry(503, "unsure", UNSURE);
  });
  try {
    return await Promise.race([payment.booking, tooLong]);
  } catch (error) {
    // Once this is said, the next try charges anew.
    if (error instanceof Sorry && error.code === "given_back") payments.delete(key);
    throw error;
  }
}

/**
 * Confirms what was paid, and gives the money back where Holdfast decides otherwise.
 *
 * @param {Order} order @param {Payment} payment @returns {Promise<Booked>}
 */
async function book({ buyer, eventId, contact }, payment) {
  const { transactionId, amount, currency, seatIds } = payment;
  try {
    const { bookingId, totalAmount, seats } = await ask("POST", "/confirm", {
      eventId,
      userId: buyer,
      seatIds,
      paymentInfo: { transactionId, gateway: "demo-shop", status: "paid" },
      contactInfo: contact,
      passengers: seatIds.map((seatId) => ({ seatId, name: contact.name })),
    }, PATIENT_MS);
    const isSeatPaid = (/** @type {{ seatId: string }} */ { seatId }) => seatIds.includes(seatId);
    payment.isBooked = totalAmount === amount && seats.length === seatIds.length && seats.every(isSeatPaid);
    if (payment.isBooked) return { bookingId, seatIds, totalAmount, currency, transactionId };
    // Another window has changed the seats' ticket types after their sum was read.
    await ask("POST", `/bookings/${bookingId}/cancel`, {}, PATIENT_MS);
  } catch (error) {
    console.error(`${transactionId}: ${error}`);
    // A 409 speaks of the seats, the hold or the payment: nothing was booked. With anything else somebody must look.
    if (!(error instanceof Refused && error.status === 409)) {
      payment.booking = null;
      throw new Sorry(503, "unsure", UNSURE);
    }
  }
  giveBack(payment);
  throw new Sorry(409, "given_back", GIVEN_BACK);
}

/** What the buyer holds and owes, as Holdfast says it. @param {Order} order */
async function held({ buyer, eventId, holdId }) {
  const query = new URLSearchParams({ eventId, userId: buyer });
  const { holds } = await ask("GET", `/holds?${query}`).catch(() => {
    throw new Sorry(503, "no_answer", SILENT);
  });
  return holds.find((/** @type {{ holdId: string }} */ each) => each.holdId === holdId);
}

/**
 * Charges a card: made up, and works at once. Here a shop asks its payment provider.
 *
 * @param {Record<string, any>} hold @param {Order} order @returns {Promise<Payment>}
 */
async function charged({ totalAmount, currency, seatIds }, { total, currency: shown, card }) {
  if (totalAmount !== total || currency !== shown) {
    const sum = new Intl.NumberFormat("en-US", { style: "currency", currency }).format(totalAmount);
    const message = `Your seats have changed: the total is now ${sum}. Please look again.`;
    throw new Sorry(409, "changed", message, { seatIds, totalAmount, currency });
  }
  if (card.endsWith("0002")) throw new Sorry(402, "declined", DECLINED);
  return { transactionId: randomUUID(), amount: totalAmount, currency, seatIds, booking: null, isBooked: false };
}

/** Gives the money back: as made up as the charge. @param {Payment} payment */
function giveBack({ transactionId, amount, currency }) {
  console.error(`${transactionId}: ${amount} ${currency} given back`);
}
