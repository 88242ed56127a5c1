/** Ce que dit le tirage au sort en français. */
import type { DrawWords } from "./draw-en.js";

export const words: DrawWords = {
  lang: "fr",

  early: "Vous participez au tirage au sort",
  how: "L’ordre est tiré au sort\u00a0: toutes les personnes présentes d’ici là ont la même chance, et peu importe qui est arrivé en premier.",
  howBeacon: (round) =>
    `Un hasard public décide aussi\u00a0: le tirage a lieu quand le tour ${round} du réseau drand est publié. Ainsi personne ne peut choisir l’ordre, pas même l’organisateur.`,
  entrants: (entrants) => `Nombre de participants pour l’instant\u00a0: ${entrants}.`,
  seatsLeft: (seats) => `Places encore libres\u00a0: ${seats}.`,
  drawing: "Le tirage au sort est en cours",
  drawingText: "Dans quelques secondes, vous verrez votre rang dans la file.",
  beacon: "Le tirage attend le hasard public",
  beaconText: (round) =>
    `Le tour ${round} du réseau drand n’est pas encore publié. Le tirage a lieu dès qu’il l’est, et jamais sans lui. Votre rang est gardé.`,

  place: (number, entrants) => `Votre rang par tirage au sort\u00a0: ${number} sur ${entrants}.`,
  late: "Le tirage a eu lieu entre les personnes venues avant. Votre rang suit les leurs, dans l’ordre d’arrivée.",

  fair: "Pourquoi le tirage est équitable",
  promise: "La graine, un nombre secret qui décide de l’ordre, est déjà fixée. Vous voyez ici son empreinte, l’engagement. "
    + "La graine elle-même est publiée avec le tirage, afin que chacun voie que c’est toujours la même.",
  figures: "Le tirage, ouvert à la vérification",
  selects: "Une valeur abrégée s’affiche en entier quand vous appuyez dessus.",
  number: "Votre numéro",
  commitment: "Engagement",
  root: "Racine des participants",
  seed: "Graine",
  chain: "Chaîne drand",
  round: "Tour drand",
  randomness: "Hasard du tour",
  check: "Vérifier mon rang",
  checking: "Vérification…",
  insecure: "Ce navigateur ne vérifie votre rang que sur une page venue par HTTPS.",
  right: {
    commitment: "La graine est celle qui était promise.",
    beacon: "Le hasard public correspond à la signature du tour.",
    inclusion: "Vous avez été compté parmi les participants.",
    entrants: "La liste des participants est complète et ne nomme personne deux fois.",
    number: "Votre numéro est celui que le sort vous donne.",
  },
  wrong: {
    commitment: "La graine n’est pas celle qui était promise.",
    beacon: "Le hasard public ne correspond pas à la signature du tour.",
    inclusion: "La preuve que vous avez été compté n’est pas juste.",
    entrants: "La liste des participants ne correspond pas à la racine.",
    number: "Votre numéro n’est pas celui que le sort vous donne.",
  },
  many: (entrants) =>
    `Votre numéro n’a pas été recompté ici\u00a0: avec ${entrants} participants, la liste est trop longue pour une page. L’outil «\u00a0local verify-draw\u00a0» le fait.`,
  unread: "Votre numéro n’a pas été recompté\u00a0: la liste des participants n’a pas pu être lue. Veuillez réessayer.",
  allRight: "Tout concorde. Votre rang a été tiré au sort comme promis.",
  someRight: "Tout ce qui a été vérifié concorde.",
  notRight: "Quelque chose ne concorde pas. Copiez les valeurs ci-dessus, gardez-les et interrogez l’organisateur.",
};
