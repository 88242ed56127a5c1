/** The map's colours, light, dark and for forced colours. Pure data; `palette.ts` makes numbers of them. */

/** Every field but `name` is a CSS colour: `#rrggbb`, or one of the system's. */
export interface Theme {
  name: "light" | "dark" | "forced";
  /** What the plan lies on. */
  surface: string;
  /** A shape without a label: the floor that seats stand on. */
  floor: string;
  /** A shape with a label, a table. */
  stage: string;
  edge: string;
  ink: string;
  soft: string;
  /** Of free seats, whatever their category; empty where each category has its own colour. */
  available: string;
  held: string;
  heldBed: string;
  booked: string;
  bookedBed: string;
  blocked: string;
  mine: string;
  /** What is drawn on `mine`. */
  mineInk: string;
  bought: string;
  boughtInk: string;
  /** The ring around the seat that the list has focus on. */
  focus: string;
  /** The ring around what changed a moment ago. */
  halo: string;
}

export const light: Theme = {
  name: "light",
  surface: "#f8f9fb",
  floor: "#eef0f4",
  stage: "#dde1e9",
  edge: "#c5ccd8",
  ink: "#161d2b",
  soft: "#566176",
  available: "",
  held: "#a35a00",
  heldBed: "#fff4e0",
  booked: "#626d80",
  bookedBed: "#e2e6ed",
  blocked: "#667185",
  mine: "#101a33",
  mineInk: "#ffffff",
  bought: "#0b7a45",
  boughtInk: "#ffffff",
  focus: "#0b57d0",
  halo: "#161d2b",
};

export const dark: Theme = {
  name: "dark",
  surface: "#12161e",
  floor: "#1a202b",
  stage: "#2a3342",
  edge: "#3d4859",
  ink: "#eef2f8",
  soft: "#a0acbf",
  available: "",
  held: "#e8a857",
  heldBed: "#33291a",
  booked: "#8d99ad",
  bookedBed: "#222a36",
  blocked: "#8d99ad",
  mine: "#ffffff",
  mineInk: "#101a33",
  bought: "#4ade80",
  boughtInk: "#06240f",
  focus: "#8ab4ff",
  halo: "#eef2f8",
};

export const forced: Theme = {
  name: "forced",
  surface: "Canvas",
  floor: "Canvas",
  stage: "Canvas",
  edge: "CanvasText",
  ink: "CanvasText",
  soft: "CanvasText",
  available: "LinkText",
  held: "CanvasText",
  heldBed: "Canvas",
  booked: "GrayText",
  bookedBed: "Canvas",
  blocked: "GrayText",
  mine: "Highlight",
  mineInk: "HighlightText",
  bought: "Highlight",
  boughtInk: "HighlightText",
  focus: "CanvasText",
  halo: "CanvasText",
};
