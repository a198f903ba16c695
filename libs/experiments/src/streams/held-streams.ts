import { endMs } from "@grpc-lb-lab/measure";
import { hasOnePodPerConnection, mayBeRetried } from "@grpc-lb-lab/modes";
import type { Knobs } from "../knobs/knobs.ts";
import type { Observation } from "../observation.ts";
import { crashOf } from "../pod-crash/crash.ts";
import { answeredMessages, type SeenStream, seenStreams } from "../seen-streams.ts";

/** A stream that was open when a pod crashed. */
export interface HeldStream extends SeenStream {
  /** The pod that it was on; undefined: nobody knows, because it has no answers while it lives. */
  readonly host: string | undefined;
}

/** The streams that were open when a pod crashed. */
export interface HeldStreams {
  /** Those on the pod. */
  readonly lost: readonly HeldStream[];
  /** Those on others, but for the ones that ageing has ended. */
  readonly others: readonly HeldStream[];
  /** Those of which nobody knows until they end well: client streams. */
  readonly unknown: readonly HeldStream[];
}

/** How {@link SeenStream}s met the crash of `observation`. */
export function heldStreams(observation: Observation): HeldStreams {
  const { pod, atMs } = crashOf(observation);
  const open = seenStreams(observation).filter((stream) => stream.openedAtMs < atMs && stream.endedAtMs >= atMs);
  const ofClient = podsOfClients(open, observation);
  const held = open.map((stream) => ({ ...stream, host: hostOf(stream, atMs) ?? ofClient.get(stream.client) }));
  const unknown = held.filter(({ host, messages }) => host === undefined && messages.length === 0);
  const others = held.filter(({ host }) => host !== undefined && host !== pod);
  return {
    lost: held.filter(({ host }) => host !== undefined && host === pod),
    others: others.filter((stream) => !isAged(stream, observation)),
    unknown,
  };
}

/** The pod that had answered on a stream at that time. */
function hostOf(stream: SeenStream, atMs: number): string | undefined {
  return answeredMessages(stream).find((message) => endMs(message) < atMs)?.pod;
}

/** Where all streams of a connection are on one pod, and nobody repeats one that has no answer yet, those with answers tell of those without. */
function podsOfClients(open: readonly SeenStream[], { path, knobs }: Observation): ReadonlyMap<number, string> {
  if (!hasOnePodPerConnection(path) || mayBeRetried(path) || knobs.maxAgeMs > 0) return new Map();
  return new Map(
    open.flatMap(({ client, messages, pod }) => (messages.length > 0 && pod !== undefined ? [[client, pod]] : [])),
  );
}

/** Whether ageing may have ended a stream: it failed when it had lasted as long as the grace at least, which begins with the GOAWAY. */
export function isAged({ record }: Pick<SeenStream, "record">, { knobs }: Pick<Observation, "knobs">): boolean {
  return hasGrace(knobs) && record !== undefined && record.code !== 0 && record.latencyMs >= knobs.maxAgeGraceMs;
}

/** Whether ageing ends streams at all. */
export function hasGrace({ maxAgeMs, maxAgeGraceMs }: Pick<Knobs, "maxAgeMs" | "maxAgeGraceMs">): boolean {
  return maxAgeMs > 0 && maxAgeGraceMs > 0;
}
