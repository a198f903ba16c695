import { countedCalls } from "@grpc-lb-lab/stage-api";
import type { Evidence } from "./policy.ts";

/** How many counted calls the pods have received, each attempt of each call; of one version alone if it is named. */
export function receivedCalls(seen: Evidence, version?: string): number {
  const versionOf = new Map(seen.pods.map((pod) => [pod.name, pod.version]));
  const pods = [...seen.received].filter(([pod]) => version === undefined || versionOf.get(pod) === version);
  return pods.reduce((sum, [, received]) => sum + countedCalls(received), 0);
}

/** How many counted calls of one kind the pods have received. */
export function receivedOfKind({ received }: Pick<Evidence, "received">, kind: number): number {
  return [...received.values()].reduce((sum, pod) => sum + countedCalls(pod, kind), 0);
}

/**
 * How many calls the pods have received with this value of a header, those of the warm-up included. Who sends a header on may join its values by commas,
 * which means the same: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 */
export function callsWithHeader({ received }: Pick<Evidence, "received">, header: string, value: string): number {
  const counts = [...received.values()].flatMap(({ headers }) => Object.entries(headers[header] ?? {}));
  const having = counts.filter(([values]) => values.split(/, */).includes(value));
  return having.reduce((sum, [, calls]) => sum + calls, 0);
}
