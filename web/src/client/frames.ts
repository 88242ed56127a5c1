/** What the socket takes, answers and pushes, out of docs/asyncapi.yaml. */
import type { components } from "./asyncapi.gen.js";

type Schemas = components["schemas"];
type Actions = Schemas["Actions"];

export type Action = keyof Actions;

/** What goes along with an action. */
export type Fields<A extends Action> = Omit<Actions[A]["message"], "action" | "requestId">;

/** Every frame that answers an action, failures too. */
export type Reply<A extends Action> = Actions[A]["reply"];

/** A frame that says no. */
export type Failure = Extract<Actions[Action]["reply"], { data: { code: unknown } }>;

/** Frames that answer an action with what was asked for. */
export type Done<A extends Action> = Exclude<Reply<A>, Failure>;

export type Joined = Schemas["JoinedMessage"]["data"];

/** A frame that comes unasked. */
export type Pushed = Schemas["Pushed"];

export type Frame = Pushed | Actions[Action]["reply"];

/** A frame that says no: an action's own, or `error` for those that have none. */
export function isFailure(frame: Frame): frame is Failure {
  return frame.type === "error" || frame.type.endsWith(":failed");
}

/** What a socket has received, as a frame; null where it is none. */
export function parseFrame(data: unknown): Frame | null {
  try {
    const frame = JSON.parse(String(data)) as Frame | null;
    return typeof frame?.type === "string" ? frame : null;
  } catch {
    return null;
  }
}
