/**
 * What JSX knows of `<seat-map>`: `import "@holdfast/seat-map/jsx"` once in a program, of which nothing is left to run.
 *
 * React 19, Preact and Solid set properties and listen by `on` and the event's own name, `onhold-changed`. React 18 sets
 * attributes only: there `tokenProvider` and listeners go through a `ref`.
 */
import type { SeatMap, SeatMapEvents } from "./index.js";

type Listeners = {
  [Name in keyof SeatMapEvents as `on${Name}`]?: (event: CustomEvent<SeatMapEvents[Name]>) => void;
};

/** Each framework has attributes of its own besides: `key`, `ref`, `class` or `className`, `style`, `data-…`, `aria-…`. */
export interface SeatMapProps extends Listeners {
  "event-id"?: string;
  api?: string;
  ws?: string;
  token?: string;
  tokenProvider?: SeatMap["tokenProvider"];
  lang?: string;
  theme?: SeatMap["theme"];
  "max-seats"?: number | string;
  "read-only"?: boolean | "";
  name?: string;
  disabled?: boolean | "";
  id?: string;
  slot?: string;
  hidden?: boolean;
  key?: string | number | bigint | null;
  // Whose type is the framework's own.
  ref?: any;
  children?: never;
  [attribute: `data-${string}` | `aria-${string}` | `class${string}` | `style${string}`]: unknown;
}

interface SeatMapElements {
  "seat-map": SeatMapProps;
}

declare global {
  namespace JSX {
    interface IntrinsicElements extends SeatMapElements {}
  }
}

// Of each framework that is installed; of another one the compiler would say that there is no such module.
/** @ts-ignore */
declare module "react" {
  namespace JSX {
    interface IntrinsicElements extends SeatMapElements {}
  }
}

/** @ts-ignore */
declare module "preact" {
  namespace JSX {
    interface IntrinsicElements extends SeatMapElements {}
  }
}

/** @ts-ignore */
declare module "solid-js" {
  namespace JSX {
    interface IntrinsicElements extends SeatMapElements {}
  }
}
