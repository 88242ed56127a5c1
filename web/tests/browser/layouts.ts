/** Venues that the tests publish: small ones, so that each test has an event of its own. */

interface Grid {
  section: string;
  /** The first row's letter. */
  from: string;
  rows: number;
  columns: number;
  /** Where it begins. */
  x?: number;
  y?: number;
  categoryOf(row: string, number: number): string;
}

const PITCH = 30;
const SIZE = { x: 24, y: 24 };

const VIP = { id: "vip", name: "VIP", color: "#FFD700", price: 150 };
const STANDARD = { id: "standard", name: "Standard", color: "#4CAF50", price: 75 };

/** Rows of seats, named by row and number: `A1`. */
function grid({ section, from, rows, columns, x = 40, y = 80, categoryOf }: Grid) {
  return Array.from({ length: rows * columns }, (_, n) => {
    const rowLabel = String.fromCharCode(from.charCodeAt(0) + Math.floor(n / columns));
    const seatNumber = (n % columns) + 1;
    const position = { x: x + PITCH * (seatNumber - 1), y: y + PITCH * Math.floor(n / columns) };
    const categoryId = categoryOf(rowLabel, seatNumber);
    return { id: `${rowLabel}${seatNumber}`, section, rowLabel, seatNumber, categoryId, position, size: SIZE };
  });
}

const stage = { id: "stage", type: "shape", pos: { x: 80, y: 10 }, size: { x: 220, y: 40 }, lbl: "Stage" };

/** 60 seats in two sections: the stalls, rows A (VIP, 150) to C, and the circle behind, rows D to F (75). */
export function theatre() {
  const categoryOf = (row: string) => (row === "A" ? "vip" : "standard");
  return {
    name: "Small theatre", canvasW: 380, canvasH: 360, focus: { x: 190, y: 30 },
    categories: [VIP, STANDARD],
    seats: [
      ...grid({ section: "Stalls", from: "A", rows: 3, columns: 10, categoryOf }),
      ...grid({ section: "Circle", from: "D", rows: 3, columns: 10, y: 210, categoryOf }),
    ],
    items: [stage],
  };
}

/** Twelve seats in the balcony, two tables of six and four, and a floor with 30 places for 40. */
export function club() {
  const table = (id: string, x: number, seats: number, lbl: string) => (
    { id, type: "table", pos: { x, y: 100 }, size: { x: 60, y: 60 }, rot: 0, lbl, shp: "round", sc: seats, categoryId: "vip" });
  return {
    name: "Club", canvasW: 420, canvasH: 520,
    categories: [VIP, STANDARD, { id: "floor", name: "Floor", color: "#3D8BD4", price: 40 }],
    seats: grid({ section: "Balcony", from: "A", rows: 2, columns: 6, y: 420, categoryOf: () => "standard" }),
    items: [stage, table("t1", 60, 6, "Table 1"), table("t2", 260, 4, "Table 2")],
    areas: [
      { id: "dance", name: "Dance floor", capacity: 30, categoryId: "floor", shape: { x: 60, y: 220, width: 280, height: 160 } },
    ],
  };
}

/** 600 seats in one section: more than the list opens at once. */
export function hall() {
  return {
    name: "Hall", canvasW: 980, canvasH: 760,
    categories: [VIP, STANDARD],
    seats: grid({ section: "Parterre", from: "A", rows: 20, columns: 30, categoryOf: (row) => (row < "E" ? "vip" : "standard") }),
    items: [stage],
  };
}

/** One seat in the middle of the venue, and, where `isFar`, one in each corner of a field in which it is a dot. */
export function dots(isFar: boolean) {
  const size = isFar ? 8_000 : 200;
  const corners = isFar ? [[0, 0], [1, 0], [0, 1], [1, 1]] : [];
  const at = (id: string, x: number, y: number) => {
    const position = { x: x * (size - SIZE.x), y: y * (size - SIZE.y) };
    return { id, section: "Field", rowLabel: "A", seatNumber: 1, categoryId: "standard", position, size: SIZE };
  };
  return {
    name: "Field", canvasW: size, canvasH: size, categories: [STANDARD], items: [],
    seats: [at("middle", 0.5, 0.5), ...corners.map(([x, y]) => at(`corner-${x}-${y}`, x!, y!))],
  };
}

export type Layout = ReturnType<typeof theatre | typeof hall | typeof club | typeof dots>;
