import { callsPerPod } from "@grpc-lb-lab/measure";
import type { Observation } from "../observation.ts";

/** Calls that each pod answered, in the pods' order. */
export function podCalls({ records, pods }: Pick<Observation, "records" | "pods">): number[] {
  const calls = callsPerPod(records);
  return pods.map(({ pod }) => calls.get(pod) ?? 0);
}

/** Calls that each pod of a zone answered. */
export interface ZoneCalls {
  readonly zone: string;
  readonly calls: readonly number[];
}

/** The same, zone by zone. */
export function callsByZone({ records, pods }: Pick<Observation, "records" | "pods">): ZoneCalls[] {
  return [...Map.groupBy(pods, ({ zone }) => zone)].map(([zone, members]) => ({
    zone,
    calls: podCalls({ records, pods: members }),
  }));
}

/** The least and the most of `calls`: `99 to 101`; `100` where they are the same. */
export function spread(calls: readonly number[]): string {
  const least = Math.min(...calls);
  const most = Math.max(...calls);
  return least === most ? `${least}` : `${least} to ${most}`;
}
