import type { CallRecord } from "@grpc-lb-lab/measure";
import { answeredCalls } from "./observation.ts";

/** The clients that a pod was the last to answer, of `calls` in their order: where connections are balanced, those whose connection is to it. */
export function clientsOfPod(pod: string | undefined, calls: readonly CallRecord[]): ReadonlySet<number> {
  const lastPods = new Map(answeredCalls(calls).map((call) => [call.client, call.pod]));
  return new Set([...lastPods].filter(([, last]) => last === pod).map(([client]) => client));
}
