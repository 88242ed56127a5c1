/** Was die Verlosung auf Deutsch sagt. */
import type { DrawWords } from "./draw-en.js";

export const words: DrawWords = {
  lang: "de",

  early: "Sie nehmen an der Verlosung teil",
  how: "Die Reihenfolge wird ausgelost: Alle, die bis dahin hier sind, haben die gleiche Chance; wer zuerst da war, spielt keine Rolle.",
  howBeacon: (round, network) =>
    `Öffentlicher Zufall entscheidet mit: Gelost wird, wenn Runde ${round} ${network} erschienen ist.`,
  drand: "des drand-Netzes",
  otherBeacon: "einer Zufallsquelle, die diese Seite nicht kennt,",
  nobody: "So kann niemand die Reihenfolge bestimmen, auch der Veranstalter nicht.",
  entrants: (entrants) => `Bisher nehmen teil: ${entrants}.`,
  seatsLeft: (seats) => `Noch freie Plätze: ${seats}.`,
  drawing: "Es wird gelost",
  drawingText: "In wenigen Sekunden sehen Sie Ihren Platz in der Warteschlange.",
  beacon: "Die Verlosung wartet auf öffentlichen Zufall",
  beaconText: (round, network) =>
    `Runde ${round} ${network} ist noch nicht erschienen. Gelost wird, sobald sie da ist, und niemals ohne sie. Ihr Platz bleibt Ihnen.`,

  place: (number, entrants) => `Ihr Platz durch das Los: ${number} von ${entrants}.`,
  late: "Gelost wurde unter denen, die vorher da waren. Ihr Platz folgt auf deren Plätze, in der Reihenfolge der Ankunft.",
  leftOut: "Diese Seite hat Sie hier schon vor der Öffnung gesehen, und doch wurden Sie bei der Verlosung nicht gezählt. Wenn Sie Ihren Platz seither nicht aufgegeben haben, kopieren Sie die Angaben unten und fragen Sie den Veranstalter.",

  fair: "Wie die Verlosung fair bleibt",
  promise: "Der Startwert, eine geheime Zahl, die die Reihenfolge bestimmt, steht schon fest. Hier sehen Sie seinen Fingerabdruck, die Festlegung. "
    + "Der Startwert selbst wird mit der Verlosung veröffentlicht, damit alle sehen können, dass er noch derselbe ist.",
  figures: "Die Verlosung zum Nachprüfen",
  selects: "Was gekürzt ist, wird ganz gezeigt, wenn Sie darauf drücken.",
  number: "Ihre Nummer",
  commitment: "Festlegung (Commitment)",
  root: "Wurzel der Teilnehmenden",
  seed: "Startwert (Seed)",
  chain: "Kette der Zufallsquelle",
  round: "Runde der Zufallsquelle",
  randomness: "Zufall der Runde",
  check: "Meinen Platz nachprüfen",
  checking: "Wird geprüft …",
  insecure: "Dieser Browser prüft Ihren Platz nur auf einer Seite nach, die über HTTPS gekommen ist.",
  right: {
    commitment: "Der Startwert ist der versprochene.",
    shown: "Der Startwert passt zu der Festlegung, die jetzt gezeigt wird. Diese Seite hat vor der Verlosung keine gesehen: Vergleichen Sie sie und die Runde mit dem, was Sie notiert haben.",
    round: "Die Runde des öffentlichen Zufalls ist die, die vor der Verlosung genannt war.",
    beacon: "Der öffentliche Zufall gehört zur Signatur der Runde.",
    inclusion: "Sie wurden unter den Teilnehmenden gezählt.",
    entrants: "Die Liste der Teilnehmenden ist vollständig und nennt niemanden zweimal.",
    number: "Ihre Nummer ist die, die das Los Ihnen gibt.",
  },
  wrong: {
    commitment: "Der Startwert ist nicht der versprochene.",
    shown: "Der Startwert passt nicht zu der Festlegung, die jetzt gezeigt wird.",
    round: "Vor der Verlosung war eine andere Runde des öffentlichen Zufalls genannt oder keine.",
    beacon: "Der öffentliche Zufall gehört nicht zur Signatur der Runde.",
    inclusion: "Der Nachweis, dass Sie gezählt wurden, stimmt nicht.",
    entrants: "Die Liste der Teilnehmenden passt nicht zur Wurzel.",
    number: "Ihre Nummer ist nicht die, die das Los Ihnen gibt.",
  },
  many: (entrants) =>
    `Ihre Nummer wurde hier nicht nachgezählt: Bei ${entrants} Teilnehmenden ist die Liste für eine Seite zu lang. Das Werkzeug „local verify-draw“ kann es.`,
  unread: "Ihre Nummer wurde nicht nachgezählt: Das, woraus sie folgt, ließ sich nicht lesen. Bitte versuchen Sie es noch einmal.",
  allRight: "Alles stimmt. Ihr Platz wurde gelost wie versprochen.",
  someRight: "Alles, was geprüft wurde, stimmt.",
  unsigned: (round) =>
    `Ob das Netz selbst Runde ${round} signiert hat, wurde hier nicht geprüft: Das Werkzeug „local verify-draw“ kann es, oder vergleichen Sie den Zufall mit der Seite des Netzes zu dieser Runde.`,
  notRight: "Etwas stimmt nicht. Bitte kopieren Sie die Angaben oben, bewahren Sie sie auf und fragen Sie den Veranstalter.",
};
