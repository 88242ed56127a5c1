/** What the draw says in English. It comes with the draw's own module, and so do the other languages. */

/** Numbers come as texts, in the reader's digits. */
export const words = {
  lang: "en",

  // ---- Before it, and while it is made ----------------------------------------------------------------------------
  early: "You take part in the draw",
  how: "Its order is drawn by lot: everyone who is here by then has the same chance, and it makes no difference who came first.",
  howBeacon: (round: string, network: string) =>
    `Public randomness decides too: the lot is drawn when round ${round} of ${network} is out.`,
  drand: "the drand network",
  otherBeacon: "a beacon that this page does not know",
  nobody: "So nobody can choose the order, not even the organiser.",
  entrants: (entrants: string) => `Taking part so far: ${entrants}.`,
  seatsLeft: (seats: string) => `Seats left: ${seats}.`,
  drawing: "The lot is being drawn",
  drawingText: "In a few seconds you see your place in the line.",
  beacon: "The draw waits for public randomness",
  beaconText: (round: string, network: string) =>
    `Round ${round} of ${network} is not out yet. The lot is drawn as soon as it is there, and never without it. Your place is kept.`,

  // ---- After it ---------------------------------------------------------------------------------------------------
  place: (number: string, entrants: string) => `Your place by lot: ${number} of ${entrants}.`,
  late: "The lot was drawn among those who came before. Your place follows theirs, in the order of arrival.",
  leftOut: "This page saw you here before the room opened, and yet the lot did not count you. If you have not given your place up since, copy the figures below and ask the organiser.",

  // ---- What anyone can check --------------------------------------------------------------------------------------
  fair: "How the draw is kept fair",
  promise: "The seed, a secret number that decides the order, is fixed already. What you see here is its fingerprint, the commitment. "
    + "The seed itself is published with the draw, so that everyone can see that it is still the same.",
  figures: "The draw, open to check",
  selects: "A figure that is cut short is shown in full when you press it.",
  number: "Your number",
  commitment: "Commitment",
  root: "Root of the entrants",
  seed: "Seed",
  chain: "Chain of the beacon",
  round: "Round of the beacon",
  randomness: "Randomness of the round",
  check: "Check my place",
  checking: "Checking…",
  insecure: "This browser checks your place only on a page that came over HTTPS.",
  right: {
    commitment: "The seed is the one that was promised.",
    shown: "The seed fits the commitment that is shown now. This page saw none before the draw: compare it, and the round, with what you noted.",
    round: "The round of public randomness is the one that was named before the draw.",
    beacon: "The public randomness belongs to the round's signature.",
    inclusion: "You were counted among those who took part.",
    entrants: "The list of those who took part is complete, and names nobody twice.",
    number: "Your number is where the lot puts you.",
  },
  wrong: {
    commitment: "The seed is not the one that was promised.",
    shown: "The seed does not fit the commitment that is shown now.",
    round: "Before the draw another round of public randomness was named, or none.",
    beacon: "The public randomness does not belong to the round's signature.",
    inclusion: "The proof that you were counted does not fit.",
    entrants: "The list of those who took part does not fit the root.",
    number: "Your number is not where the lot puts you.",
  },
  many: (entrants: string) =>
    `Your number was not recounted here: with ${entrants} taking part the list is too long for a page. The tool “local verify-draw” does it.`,
  unread: "Your number was not recounted: what it follows from could not be read. Please try again.",
  allRight: "Everything fits. Your place was drawn as promised.",
  someRight: "All that was checked fits.",
  unsigned: (round: string) =>
    `Whether the network itself signed round ${round} was not checked here: the tool “local verify-draw” does it, or compare the randomness with the network’s own page for that round.`,
  notRight: "Something does not fit. Please copy the figures above, keep them, and ask the organiser about it.",
};

export type DrawWords = typeof words;
