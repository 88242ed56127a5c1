/** The paths of docs/openapi.yaml with what each takes and answers, so that none is misspelt. */
import type { paths } from "./openapi.gen.js";

export type Method = "get" | "post" | "delete";

/** Paths that have a method. */
export type PathOf<M extends Method> = { [P in keyof paths]: paths[P] extends Record<M, object> ? P : never }[keyof paths];

type Operation<M extends Method, P extends PathOf<M>> = Extract<paths[P][M], object>;

/** What a path takes as JSON. */
export type Body<P extends PathOf<"post">> = Operation<"post", P> extends { requestBody?: infer Taken }
  ? NonNullable<Taken> extends { content: { "application/json": infer Json } } ? Json : never
  : never;

/** What a path answers in its envelope. */
export type Data<M extends Method, P extends PathOf<M>> =
  Operation<M, P> extends { responses: { 200: { content: { "application/json": infer Json } } } }
    ? Json extends { data: infer Answered } ? Answered : never
    : never;

type Variables<P extends string> = P extends `${string}{${infer Name}}${infer Rest}` ? Name | Variables<Rest> : never;

/** Puts values in the place of a path's variables. */
export function fill<P extends keyof paths>(path: P, values: Record<Variables<P>, string | number>): string {
  const named: Record<string, string | number> = values;
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(named[name]!));
}

/** `?a=1&b=2`, without what is undefined. */
export function query(values: Record<string, string | number | undefined>): string {
  const given = Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return given.length ? `?${new URLSearchParams(given)}` : "";
}
