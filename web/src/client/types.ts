/** The words of the API, out of docs/openapi.yaml and docs/asyncapi.yaml (`npm run types`). */
import type { components } from "./openapi.gen.js";

type Schemas = components["schemas"];

export type PlanData = Schemas["PlanAnswer"]["data"];
export type AvailabilityData = Schemas["AvailabilityAnswer"]["data"];
export type SeatState = Schemas["SeatState"];
export type SeatStatus = Schemas["SeatStatus"];
export type TicketType = Schemas["TicketType"];
export type ErrorCode = Schemas["ErrorCode"];
export type Held = Schemas["Held"];
export type Chosen = Schemas["Chosen"];
export type Extended = Schemas["Extended"];
export type Hold = Schemas["Hold"];
export type Holds = Schemas["Holds"];
export type Booked = Schemas["Booked"];
export type Booking = Schemas["Booking"];
export type Released = Schemas["Released"];
export type PricedSeat = Schemas["PricedSeat"];
export type PlaceInLine = Schemas["PlaceInLine"];
export type LeftLine = Schemas["LeftLine"];
export type Line = Schemas["LineAnswer"]["data"];
export type LineDraw = Schemas["LineDraw"];
export type Inclusion = Schemas["Inclusion"];
export type DrawPage = Schemas["DrawPageAnswer"]["data"];
