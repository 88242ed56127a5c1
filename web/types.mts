/**
 * Writes the words of the API as TypeScript, out of docs/openapi.yaml and docs/asyncapi.yaml, so that a field which the
 * documents do not have does not compile. The files are made with every build and are not kept in git.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";
import { parse } from "yaml";

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type Dictionary = Record<string, Json>;

interface Message {
  payload: Dictionary;
}

interface Operation {
  /** As the server sees it: `receive` for what a client sends. */
  action: "receive" | "send";
  messages: { $ref: string }[];
  reply?: { messages: { $ref: string }[] };
}

interface AsyncApi {
  operations: Record<string, Operation>;
  components: { schemas: Dictionary; messages: Record<string, Message> };
}

const DOCS = new URL("../docs/", import.meta.url);
const CLIENT = new URL("./src/client/", import.meta.url);
const HTTP_SCHEMAS = "./openapi.yaml#/components/schemas/";
const SCHEMAS = "#/components/schemas/";
const NOTE = "Made of docs by types.mts with every build.";

/** A request may leave out what has a default; an object of which nothing is said may have anything in it. */
const OPTIONS = { silent: true, defaultNonNullable: false, emptyObjectsUnknown: true };

const readYaml = async (name: string) => parse(await readFile(new URL(name, DOCS), "utf8")) as unknown;

/** A schema of the OpenAPI document and one of the AsyncAPI document may share a name: the latter's gets a prefix. */
const socketName = (name: string) => `Socket${name}`;

/** The message's name, as a schema: `holdSeatsDone` is `HoldSeatsDoneMessage`. */
const messageName = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}Message`;

const refTo = (name: string): Dictionary => ({ $ref: `${SCHEMAS}${name}` });

function moveRef(ref: string): string {
  if (ref.startsWith(HTTP_SCHEMAS)) return SCHEMAS + ref.slice(HTTP_SCHEMAS.length);
  if (ref.startsWith(SCHEMAS)) return SCHEMAS + socketName(ref.slice(SCHEMAS.length));
  throw new Error(`docs/asyncapi.yaml refers to ${ref}, where no schema is looked for`);
}

/** The same schema with its references pointed into the one document that is made of both. */
function moveRefs(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(moveRefs);
  if (schema === null || typeof schema !== "object") return schema;
  return mapValues(schema, (value, name) => (name === "$ref" ? moveRef(String(value)) : moveRefs(value)));
}

function mapValues<From, To>(record: Record<string, From>, change: (value: From, name: string) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]));
}

/** Names of schemas that a schema refers to. */
function namesIn(schema: Json): string[] {
  if (schema === null || typeof schema !== "object") return [];
  if (Array.isArray(schema)) return schema.flatMap(namesIn);
  return Object.entries(schema).flatMap(([name, value]) =>
    name === "$ref" ? [String(value).slice(SCHEMAS.length).split("/")[0]!] : namesIn(value));
}

/** Those schemas that the first ones need, directly or by others. */
function reachable(first: Dictionary, all: Dictionary): Dictionary {
  const found = new Map<string, Json>();
  const take = (name: string, schema: Json | undefined) => {
    if (schema === undefined) throw new Error(`docs/asyncapi.yaml refers to ${name}, which no document has`);
    if (found.has(name)) return;
    found.set(name, schema);
    namesIn(schema).forEach((each) => take(each, all[each]));
  };
  Object.entries(first).forEach(([name, schema]) => take(name, schema));
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What a message's `action` may be; the first of them is the one to use. */
function actionOf({ payload }: Message): string {
  const { action } = payload.properties as { action: { enum: string[] } };
  return action.enum[0]!;
}

/** `Actions`: for each action the message and the frames that answer it. `Pushed`: frames that come unasked. */
function operationSchemas({ operations, components: { messages } }: AsyncApi): Dictionary {
  const all = Object.values(operations);
  const keysOf = (refs: { $ref: string }[]) => refs.map(({ $ref }) => $ref.split("/").at(-1)!);
  const frames = (refs: { $ref: string }[]): Dictionary => ({ anyOf: keysOf(refs).map((key) => refTo(messageName(key))) });
  const asked = all.filter(({ action }) => action === "receive").map((operation): [string, Dictionary] => {
    const [key] = keysOf(operation.messages);
    const properties = { message: refTo(messageName(key!)), reply: frames(operation.reply?.messages ?? []) };
    return [actionOf(messages[key!]!), { type: "object", required: ["message", "reply"], properties }];
  });
  return {
    Actions: { type: "object", required: asked.map(([action]) => action), properties: Object.fromEntries(asked) },
    Pushed: frames(all.filter(({ action }) => action === "send").flatMap(({ messages: refs }) => refs)),
  };
}

/** The AsyncAPI document as an OpenAPI document without paths: its messages are schemas. */
function asOpenApi(socket: AsyncApi, http: Dictionary): Dictionary {
  const own = mapValues(socket.components.schemas, moveRefs);
  const named = Object.fromEntries(Object.entries(own).map(([name, schema]) => [socketName(name), schema]));
  const messages = Object.entries(socket.components.messages);
  const payloads = messages.map(([name, { payload }]) => [messageName(name), moveRefs(payload)] as const);
  const first: Dictionary = { ...Object.fromEntries(payloads), ...operationSchemas(socket) };
  const schemas = reachable(first, { ...http, ...named, ...first });
  return { openapi: "3.1.0", info: { title: "Holdfast WebSocket", version: "0" }, paths: {}, components: { schemas } };
}

async function write(name: string, document: unknown): Promise<void> {
  const types = astToString(await openapiTS(document as Parameters<typeof openapiTS>[0], OPTIONS));
  await writeFile(new URL(name, CLIENT), `/** ${NOTE} */\n${types}`);
}

const openApi = (await readYaml("openapi.yaml")) as { components: { schemas: Dictionary } };
const asyncApi = (await readYaml("asyncapi.yaml")) as AsyncApi;
const { schemas } = structuredClone(openApi.components);
await mkdir(CLIENT, { recursive: true });
await write("openapi.gen.ts", openApi);
await write("asyncapi.gen.ts", asOpenApi(asyncApi, schemas));
