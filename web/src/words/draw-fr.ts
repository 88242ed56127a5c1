/** Ce que dit le tirage au sort en français. */
import type { DrawWords } from "./draw-en.js";

export const words: DrawWords = {
  lang: "fr",

  early: "Vous participez au tirage au sort",
  how: "L’ordre est tiré au sort\u00a0: toutes les personnes présentes d’ici là ont la même chance, et peu importe qui est arrivé en premier.",
  howBeacon: (round, network) =>
    `Un hasard public décide aussi\u00a0: le tirage a lieu quand le tour ${round} ${network} est publié.`,
  drand: "du réseau drand",
  otherBeacon: "d’une source de hasard que cette page ne connaît pas",
  nobody: "Ainsi personne ne peut choisir l’ordre, pas même l’organisateur.",
  entrants: (entrants) => `Nombre de participants pour l’instant\u00a0: ${entrants}.`,
  seatsLeft: (seats) => `Places encore libres\u00a0: ${seats}.`,
  drawing: "Le tirage au sort est en cours",
  drawingText: "Dans quelques secondes, vous verrez votre rang dans la file.",
  beacon: "Le tirage attend le hasard public",
  beaconText: (round, network) =>
    `Le tour ${round} ${network} n’est pas encore publié. Le tirage a lieu dès qu’il l’est, et jamais sans lui. Votre rang est gardé.`,

  place: (number, entrants) => `Votre rang par tirage au sort\u00a0: ${number} sur ${entrants}.`,
  late: "Le tirage a eu lieu entre les personnes venues avant. Votre rang suit les leurs, dans l’ordre d’arrivée.",
  leftOut: "Cette page vous a vu ici avant l’ouverture, et pourtant le tirage ne vous a pas compté. Si vous n’avez pas abandonné votre rang depuis, copiez les valeurs ci-dessous et interrogez l’organisateur.",

  fair: "Pourquoi le tirage est équitable",
  promise: "La graine, un nombre secret qui décide de l’ordre, est déjà fixée. Vous voyez ici son empreinte, l’engagement. "
    + "La graine elle-même est publiée avec le tirage, afin que chacun voie que c’est toujours la même.",
  figures: "Le tirage, ouvert à la vérification",
  selects: "Une valeur abrégée s’affiche en entier quand vous appuyez dessus.",
  number: "Votre numéro",
  commitment: "Engagement",
  root: "Racine des participants",
  seed: "Graine",
  chain: "Chaîne de la source de hasard",
  round: "Tour de la source de hasard",
  randomness: "Hasard du tour",
  check: "Vérifier mon rang",
  checking: "Vérification…",
  insecure: "Ce navigateur ne vérifie votre rang que sur une page venue par HTTPS.",
  right: {
    commitment: "La graine est celle qui était promise.",
    shown: "La graine correspond à l’engagement affiché maintenant. Cette page n’en a vu aucun avant le tirage\u00a0: comparez-le, ainsi que le tour, avec ce que vous avez noté.",
    round: "Le tour du hasard public est celui qui était annoncé avant le tirage.",
    beacon: "Le hasard public correspond à la signature du tour.",
    inclusion: "Vous avez été compté parmi les participants.",
    entrants: "La liste des participants est complète et ne nomme personne deux fois.",
    number: "Votre numéro est celui que le sort vous donne.",
  },
  wrong: {
    commitment: "La graine n’est pas celle qui était promise.",
    shown: "La graine ne correspond pas à l’engagement affiché maintenant.",
    round: "Avant le tirage, un autre tour du hasard public était annoncé, ou aucun.",
    beacon: "Le hasard public ne correspond pas à la signature du tour.",
    inclusion: "La preuve que vous avez été compté n’est pas juste.",
    entrants: "La liste des participants ne correspond pas à la racine.",
    number: "Votre numéro n’est pas celui que le sort vous donne.",
  },
  many: (entrants) =>
    `Votre numéro n’a pas été recompté ici\u00a0: avec ${entrants} participants, la liste est trop longue pour une page. L’outil «\u00a0local verify-draw\u00a0» le fait.`,
  unread: "Votre numéro n’a pas été recompté\u00a0: ce dont il découle n’a pas pu être lu. Veuillez réessayer.",
  allRight: "Tout concorde. Votre rang a été tiré au sort comme promis.",
  someRight: "Tout ce qui a été vérifié concorde.",
  unsigned: (round) =>
    `Que le réseau ait lui-même signé le tour ${round} n’a pas été vérifié ici\u00a0: l’outil «\u00a0local verify-draw\u00a0» le fait, ou comparez le hasard avec la page du réseau pour ce tour.`,
  notRight: "Quelque chose ne concorde pas. Copiez les valeurs ci-dessus, gardez-les et interrogez l’organisateur.",
};
