/** Lo que el sorteo dice en español. */
import type { DrawWords } from "./draw-en.js";

export const words: DrawWords = {
  lang: "es",

  early: "Usted participa en el sorteo",
  how: "El orden se decide por sorteo: quienes estén aquí para entonces tienen la misma probabilidad, y da igual quién llegó antes.",
  howBeacon: (round, network) =>
    `También decide un azar público: el sorteo se hace cuando sale la ronda ${round} ${network}.`,
  drand: "de la red drand",
  otherBeacon: "de una fuente de azar que esta página no conoce",
  nobody: "Así nadie puede elegir el orden, tampoco el organizador.",
  entrants: (entrants) => `Participan hasta ahora: ${entrants}.`,
  seatsLeft: (seats) => `Asientos libres: ${seats}.`,
  drawing: "Se está haciendo el sorteo",
  drawingText: "En unos segundos verá su puesto en la fila.",
  beacon: "El sorteo espera el azar público",
  beaconText: (round, network) =>
    `La ronda ${round} ${network} aún no ha salido. El sorteo se hace en cuanto salga, y nunca sin ella. Conserva su puesto.`,

  place: (number, entrants) => `Su puesto por sorteo: ${number} de ${entrants}.`,
  late: "El sorteo se hizo entre quienes llegaron antes. Su puesto va después de los suyos, por orden de llegada.",
  leftOut: "Esta página lo vio aquí antes de la apertura y, sin embargo, el sorteo no lo contó. Si no ha dejado su puesto desde entonces, copie los datos de abajo y pregunte al organizador.",

  fair: "Por qué el sorteo es limpio",
  promise: "La semilla, un número secreto que decide el orden, ya está fijada. Aquí ve su huella, el compromiso. "
    + "La semilla misma se publica con el sorteo, para que cualquiera vea que sigue siendo la misma.",
  figures: "El sorteo, a la vista para comprobarlo",
  selects: "Lo que está acortado se muestra entero al pulsarlo.",
  number: "Su número",
  commitment: "Compromiso",
  root: "Raíz de los participantes",
  seed: "Semilla",
  chain: "Cadena de la fuente de azar",
  round: "Ronda de la fuente de azar",
  randomness: "Azar de la ronda",
  check: "Comprobar mi puesto",
  checking: "Comprobando…",
  insecure: "Este navegador solo comprueba su puesto en una página que haya llegado por HTTPS.",
  right: {
    commitment: "La semilla es la prometida.",
    shown: "La semilla corresponde al compromiso que se muestra ahora. Esta página no vio ninguno antes del sorteo: compárelo, y también la ronda, con lo que usted anotó.",
    round: "La ronda del azar público es la anunciada antes del sorteo.",
    beacon: "El azar público corresponde a la firma de la ronda.",
    inclusion: "Usted fue contado entre los participantes.",
    entrants: "La lista de participantes está completa y no nombra a nadie dos veces.",
    number: "Su número es el que le da el sorteo.",
  },
  wrong: {
    commitment: "La semilla no es la prometida.",
    shown: "La semilla no corresponde al compromiso que se muestra ahora.",
    round: "Antes del sorteo se anunció otra ronda del azar público, o ninguna.",
    beacon: "El azar público no corresponde a la firma de la ronda.",
    inclusion: "La prueba de que usted fue contado no es correcta.",
    entrants: "La lista de participantes no corresponde a la raíz.",
    number: "Su número no es el que le da el sorteo.",
  },
  many: (entrants) =>
    `Su número no se ha recontado aquí: con ${entrants} participantes la lista es demasiado larga para una página. Lo hace la herramienta «local verify-draw».`,
  unread: "Su número no se ha recontado: no se pudo leer aquello de lo que resulta. Inténtelo de nuevo.",
  allRight: "Todo concuerda. Su puesto se sorteó como se prometió.",
  someRight: "Todo lo comprobado concuerda.",
  unsigned: (round) =>
    `Aquí no se ha comprobado que la propia red firmara la ronda ${round}: lo hace la herramienta «local verify-draw», o compare el azar con la página de la red para esa ronda.`,
  notRight: "Algo no concuerda. Copie los datos de arriba, guárdelos y pregunte al organizador.",
};
