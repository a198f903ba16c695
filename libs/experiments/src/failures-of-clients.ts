import type { CallRecord, Expectation } from "@grpc-lb-lab/measure";
import { clientsOfPod } from "./clients-of-pod.ts";
import { failAtMost } from "./expectation.ts";
import { failedCalls } from "./observation.ts";
import { quantity } from "./quantity.ts";

/**
 * What must come out where all calls of a connection go to one pod, and some pods fail all calls: every call of their clients fails, tried again or not, for
 * there is no other pod on the connection. No call of another client fails.
 * @param before - calls that were answered before, in their order: they tell which clients are whose.
 */
export function failuresOfClients(
  pods: readonly string[],
  before: readonly CallRecord[],
  calls: readonly CallRecord[],
): Expectation[] {
  const clients = new Set(pods.flatMap((pod) => [...clientsOfPod(pod, before)]));
  const theirs = calls.filter(({ client }) => clients.has(client));
  const others = calls.filter(({ client }) => !clients.has(client));
  const failed = failedCalls(theirs).length;
  const all = {
    id: "all-of-its-clients-fail",
    what: "every call of a client fails whose connection is to a pod that fails",
    bound: quantity(theirs.length, "call"),
    measured: `${failed} of ${quantity(theirs.length, "call")}`,
    ok: theirs.length > 0 && failed === theirs.length,
  };
  return others.length === 0
    ? [all]
    : [all, failAtMost("others-do-not-fail", "no call of another client fails", others, 0)];
}
