/**
 * A selection is paid and booked: what the buyer holds is read from Holdfast, the card is charged, and then the seats are
 * confirmed, by the server, for the buyer. What the page says of seats and prices is never believed.
 *
 * However often it is asked, one selection is paid once: requests at the same time share one payment, and one after it gets
 * the same booking. A real shop keeps `payments` in its database, so that a restart forgets none.
 */
import { ask, Refused, Unanswered } from "./holdfast.mjs";

/**
 * @typedef {{ name: string, email: string }} Contact
 * @typedef {{ amount: number, currency: string, seatIds: string[] }} Charge What was paid, and for which seats.
 * @typedef {object} Payment
 * @property {number} attempt One more with each card that was charged in vain or declined, since a transaction books once.
 * @property {Charge | null} charge Set from the charge on, until it is given back.
 * @property {Promise<Booked> | null} underWay
 * @typedef {{ bookingId: string, seatIds: string[], totalAmount: number, currency: string, transactionId: string }} Booked
 */

/** What a person is told where nothing was booked. */
export class Sorry extends Error {
  /** @param {number} status @param {string} code @param {string} message */
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const UNSURE = "Your card is charged, but the booking is not confirmed yet. Press Pay again in a moment: you will not pay twice.";
const GIVEN_BACK = "Your seats changed while you paid, so they were not booked. You have your money back; please choose again.";
const SILENT = "The box office does not answer. Nothing was charged; please try again in a moment.";
const NOT_HELD = "Your seats are no longer held for you. Nothing was charged; please choose again.";
const DECLINED = "Your card was declined, and nothing was charged. Your seats are still held: try another card.";

/** By buyer and hold: nobody pays for, or sees, another buyer's selection. @type {Map<string, Payment>} */
const payments = new Map();

/**
 * @param {{ buyer: string, eventId: string, holdId: string, contact: Contact, card: string }} order
 * @returns {Promise<Booked>}
 */
export function pay(order) {
  const key = `${order.buyer}/${order.holdId}`;
  const payment = payments.get(key) ?? { attempt: 1, charge: null, underWay: null };
  payments.set(key, payment);
  // A second click waits for the first one's answer. One that failed may be tried again.
  payment.underWay ??= chargeAndBook(order, payment).catch((error) => {
    payment.underWay = null;
    throw error;
  });
  return payment.underWay;
}

/** @param {Parameters<typeof pay>[0]} order @param {Payment} payment @returns {Promise<Booked>} */
async function chargeAndBook(order, payment) {
  const { buyer, eventId, holdId, contact, card } = order;
  // Where an earlier request has charged the card and Holdfast did not answer, only the booking is still to be done.
  const charge = (payment.charge ??= await charged(await held(buyer, eventId, holdId), card, payment));
  const transactionId = `${holdId}-${payment.attempt}`;
  try {
    const booking = await ask("POST", "/confirm", {
      eventId,
      userId: buyer,
      seatIds: charge.seatIds,
      paymentInfo: { transactionId, gateway: "demo-shop", status: "paid" },
      contactInfo: contact,
      passengers: charge.seatIds.map((seatId) => ({ seatId, name: contact.name })),
    });
    if (booking.totalAmount === charge.amount) return { ...charge, ...booked(booking), transactionId };
    // Another window has changed the seats' ticket types after their sum was read.
    await ask("POST", `/bookings/${booking.bookingId}/cancel`, {});
  } catch (error) {
    if (error instanceof Unanswered) throw new Sorry(503, "no_answer", UNSURE);
    if (!(error instanceof Refused)) throw error;
    console.error(`${transactionId}: ${error.code}: ${error.message}`);
  }
  giveBack(payment);
  throw new Sorry(409, "given_back", GIVEN_BACK);
}

/** @param {Record<string, any>} booking */
const booked = ({ bookingId, totalAmount, currency }) => ({ bookingId, totalAmount, currency });

/** What the buyer holds and owes, as Holdfast says it. @param {string} buyer @param {string} eventId @param {string} holdId */
async function held(buyer, eventId, holdId) {
  const query = new URLSearchParams({ eventId, userId: buyer });
  const { holds } = await ask("GET", `/holds?${query}`).catch(() => {
    throw new Sorry(503, "no_answer", SILENT);
  });
  const hold = holds.find((/** @type {{ holdId: string }} */ each) => each.holdId === holdId);
  if (!hold) throw new Sorry(409, "not_held", NOT_HELD);
  return hold;
}

/**
 * Charges a card: made up, and works at once. Here a shop asks its payment provider, with the same id for the same attempt.
 *
 * @param {Record<string, any>} hold @param {string} card @param {Payment} payment @returns {Promise<Charge>}
 */
async function charged({ totalAmount, currency, seatIds }, card, payment) {
  if (card.endsWith("0002")) {
    payment.attempt += 1;
    throw new Sorry(402, "declined", DECLINED);
  }
  return { amount: totalAmount, currency, seatIds };
}

/** Gives the money back: as made up as the charge. The next attempt is another transaction. @param {Payment} payment */
function giveBack(payment) {
  payment.charge = null;
  payment.attempt += 1;
}
