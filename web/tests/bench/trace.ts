/**
 * What the main thread did for each frame, out of a trace of Chromium's.
 *
 * A trace names every task of every thread with its start and its length. A frame's work is all that its thread did from
 * the task that runs its animation callbacks until the one of the next frame: those callbacks, style, layout, painting,
 * the hand-over to the compositor, input, timers, messages and collections of garbage.
 */

export const CATEGORIES = ["toplevel", "devtools.timeline", "blink.user_timing"];
export const BEGIN_MARK = "bench:begin";
export const END_MARK = "bench:end";

/** Times are in microseconds. */
export interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  /** Of the processor, for this thread alone. */
  tdur?: number;
}

/** Milliseconds. */
export interface FrameWork {
  /** How many animation callbacks ran. */
  callbacks: number;
  /** From start to end of its tasks, also while another process had the processor. */
  wall: number;
  cpu: number;
}

const TASK = "ThreadControllerImpl::RunTask";
const FRAME = "FireAnimationFrame";

/** The frames that began between the two marks, on the thread that set them. The last one has no end, and is left out. */
export function framesOf(events: readonly TraceEvent[]): FrameWork[] {
  const [begin, end] = [BEGIN_MARK, END_MARK].map((name) => events.find((event) => event.name === name));
  if (!begin || !end) throw new Error("the trace has no marks");
  const isMine = ({ pid, tid, ts }: TraceEvent) => pid === begin.pid && tid === begin.tid && ts >= begin.ts && ts <= end.ts;
  const own = events.filter((event) => event.ph === "X" && isMine(event)).sort((a, b) => a.ts - b.ts);
  const tasks = own.filter(({ name }) => name === TASK);
  const callbacks = own.filter(({ name }) => name === FRAME).map(({ ts }) => ts);
  return inFrames(tasks, callbacks).slice(0, -1);
}

/** One entry for each task that ran callbacks; what is before the first of them belongs to no frame. */
function inFrames(tasks: readonly TraceEvent[], callbacks: readonly number[]): FrameWork[] {
  const frames: FrameWork[] = [];
  let next = 0;
  for (const { ts, dur = 0, tdur = 0 } of outermost(tasks)) {
    const first = next;
    while (next < callbacks.length && callbacks[next]! <= ts + dur) next += 1;
    if (next > first) frames.push({ callbacks: next - first, wall: 0, cpu: 0 });
    const frame = frames.at(-1);
    if (!frame) continue;
    frame.wall += dur / 1000;
    frame.cpu += tdur / 1000;
  }
  return frames;
}

/** A task that waits inside for others has them in its own length. */
function outermost(tasks: readonly TraceEvent[]): TraceEvent[] {
  let end = -Infinity;
  return tasks.filter(({ ts, dur = 0 }) => {
    if (ts < end) return false;
    end = ts + dur;
    return true;
  });
}
