import { type CallRecord, endMs, type MessageRecord } from "@grpc-lb-lab/measure";
import type { Observation } from "./observation.ts";

/** A stream as its record and those of its messages tell of it. Times in ms of the lab's clock. */
export interface SeenStream {
  /** Its number among the load's calls. */
  readonly stream: number;
  readonly client: number;
  /** When it was meant to start. */
  readonly openedAtMs: number;
  /** When it ended; after all time while it lives. */
  readonly endedAtMs: number;
  /** Its record as a call; undefined: it has not ended. */
  readonly record: CallRecord | undefined;
  /** Its messages, in order; none of a client stream. */
  readonly messages: readonly MessageRecord[];
  /** The pod that has answered on it; undefined: none has. */
  readonly pod: string | undefined;
}

/** The streams with records of their messages, in the order of their numbers. */
export function seenStreams({ records, messages }: Pick<Observation, "records" | "messages">): SeenStream[] {
  const ended = new Map(records.flatMap((record) => (record.stream === undefined ? [] : [[record.stream, record]])));
  const open = Map.groupBy(messages, ({ stream }) => stream);
  const numbers = new Set([...ended.keys(), ...open.keys()]);
  return [...numbers]
    .toSorted((a, b) => a - b)
    .map((stream) => seenStream(stream, ended.get(stream), open.get(stream)));
}

function seenStream(stream: number, record: CallRecord | undefined, messages: MessageRecord[] = []): SeenStream {
  const first = record ?? messages[0];
  return {
    stream,
    client: first?.client ?? 0,
    openedAtMs: first?.startMs ?? Number.NaN,
    endedAtMs: record === undefined ? Number.POSITIVE_INFINITY : endMs(record),
    record,
    messages,
    pod: answeringPod(messages) ?? record?.pod,
  };
}

/** The messages of a stream that were answered. */
export function answeredMessages({ messages }: Pick<SeenStream, "messages">): MessageRecord[] {
  return messages.filter(({ code }) => code === 0);
}

function answeringPod(messages: readonly MessageRecord[]): string | undefined {
  return answeredMessages({ messages })[0]?.pod;
}
