import { InputError } from "@grpc-lb-lab/stage-api";
import * as v from "valibot";

const Command = v.variant("type", [
  v.strictObject({ type: v.literal("stop") }),
  v.strictObject({ type: v.literal("clock"), id: v.number() }),
  v.strictObject({ type: v.literal("rate"), rate: v.pipe(v.number(), v.gtValue(0)) }),
]);

/** A line that `lab load` takes on stdin after the specification. */
export type LoadCommand = Readonly<v.InferOutput<typeof Command>>;

/**
 * Intended start (ms since `began`), latency ms, status code, index into the pods seen (-1: none), attempts, client, 1 if cut short, lag ms, kind, number of the
 * stream (-1: it has no records of messages).
 */
export type CallRow = readonly [
  startMs: number,
  latencyMs: number,
  code: number,
  pod: number,
  attempts: number,
  client: number,
  cutShort: 0 | 1,
  lagMs: number,
  kind: number,
  stream: number,
];

/** Number of the stream, number in it, when it was due (ms since `began`), latency ms, status code, index into the pods seen (-1: none), lag ms, client, kind. */
export type MessageRow = readonly [
  stream: number,
  message: number,
  startMs: number,
  latencyMs: number,
  code: number,
  pod: number,
  lagMs: number,
  client: number,
  kind: number,
];

/** A pod as answers named it. */
export interface SeenPod {
  readonly pod: string;
  readonly zone: string;
  readonly version: string;
  /** Its first answer, where that tells what the request was like. */
  readonly echoed?: string | undefined;
}

/** A line that `lab load` writes to stdout (NDJSON). Times are the load's monotonic clock. */
export type LoadMessage =
  | { readonly type: "clock"; readonly id: number; readonly atMs: number }
  /** Warm-up is over, `warmedUp` or given up; the schedule begins. */
  | { readonly type: "began"; readonly atMs: number; readonly warmUpCalls: number; readonly warmedUp: boolean }
  /** The schedule goes on with `rate` calls a second since `atMs`: the answer to the command. */
  | { readonly type: "rate"; readonly atMs: number; readonly rate: number }
  | {
      readonly type: "calls";
      readonly rows: readonly CallRow[];
      /** Messages of streams that were answered, or lost. */
      readonly streamed: readonly MessageRow[];
      /** Pods seen for the first time, in the order of their indexes. */
      readonly pods: readonly SeenPod[];
      /** The first message of each status code that occurred for the first time: [code, message]. */
      readonly messages: readonly (readonly [number, string])[];
    }
  | { readonly type: "done" };

const CALL_ROW_LENGTH = 10;
const MESSAGE_ROW_LENGTH = 9;
const SHOWN_CHARACTERS = 200;

const SeenPodSchema = v.object({
  pod: v.string(),
  zone: v.string(),
  version: v.string(),
  echoed: v.optional(v.string()),
});

const Message = v.variant("type", [
  v.object({ type: v.literal("clock"), id: v.number(), atMs: v.number() }),
  v.object({ type: v.literal("began"), atMs: v.number(), warmUpCalls: v.number(), warmedUp: v.boolean() }),
  v.object({
    type: v.literal("calls"),
    rows: v.array(v.custom<CallRow>((row) => isRow(row, CALL_ROW_LENGTH))),
    streamed: v.array(v.custom<MessageRow>((row) => isRow(row, MESSAGE_ROW_LENGTH))),
    pods: v.array(SeenPodSchema),
    messages: v.array(v.tuple([v.number(), v.string()])),
  }),
  v.object({ type: v.literal("rate"), atMs: v.number(), rate: v.number() }),
  v.object({ type: v.literal("done") }),
]);

/**
 * Reads a line of stdin after the specification.
 * @throws {InputError} that shows the line when it is no command.
 */
export function readLoadCommand(line: string): LoadCommand {
  const result = v.safeParse(Command, parsed(line));
  if (result.success) return result.output;
  throw new InputError(
    `stdin has ${line.slice(0, SHOWN_CHARACTERS)}, but expected is {"type":"stop"}, {"type":"clock","id":1} or {"type":"rate","rate":100}`,
  );
}

/**
 * Reads a line that a load program wrote.
 * @throws Error that shows the line when it is no message, as when something else prints to the program's stdout.
 */
export function readLoadMessage(line: string): LoadMessage {
  const result = v.safeParse(Message, parsed(line));
  if (result.success) return result.output;
  const remedy = "the image may have another version: build it again";
  throw new Error(
    `lab load wrote a line to stdout that is not one of its messages (${remedy}): ${line.slice(0, SHOWN_CHARACTERS)}`,
  );
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** By hand: a schema for every cell would be the costliest part of following a load. */
function isRow(row: unknown, length: number): boolean {
  return Array.isArray(row) && row.length === length && row.every((cell) => typeof cell === "number");
}
