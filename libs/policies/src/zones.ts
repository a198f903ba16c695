import { type CallRecord, callsPerPod, type Expectation } from "@grpc-lb-lab/measure";
import { hasOnePodPerConnection } from "@grpc-lb-lab/modes";
import { between, drawn } from "./bounds.ts";
import type { Evidence } from "./policy.ts";

/** What is looked at of evidence where zones matter. */
type Seen = Pick<Evidence, "pods" | "path" | "clientZone">;

/** How many of the calls pods of the client's own zone answered. */
export function answeredInOwnZone(records: readonly CallRecord[], seen: Seen): number {
  const own = ownPods(seen);
  return answered(records).filter(({ pod }) => pod !== undefined && own.has(pod)).length;
}

/** The calls that pods of other zones answered. */
export function answeredElsewhere(records: readonly CallRecord[], seen: Seen): CallRecord[] {
  const own = ownPods(seen);
  return answered(records).filter(({ pod }) => pod !== undefined && !own.has(pod));
}

/** How many of the calls any pod answered. */
export function answeredCalls(records: readonly CallRecord[]): number {
  return answered(records).length;
}

/** How many of the pods of the client's own zone answered, of how many. One connection alone never reaches all of several. */
export function ownPodsThatAnswered(records: readonly CallRecord[], seen: Seen): Expectation {
  const own = ownPods(seen);
  const calls = callsPerPod(records);
  const count = [...own].filter((pod) => calls.has(pod)).length;
  return between({ id: "own-pods", what: "pods of the client's zone that answered" }, count, own.size, own.size);
}

/** That calls go to pods of whatever zone: each zone gets its pods' part of them, or all are on one connection. */
export function zonesDoNotMatter(records: readonly CallRecord[], seen: Seen): Expectation {
  if (hasOnePodPerConnection(seen.path)) {
    return between({ id: "one-pod", what: "pods that answered" }, callsPerPod(records).size, 1, 1);
  }
  const about = { id: "own-zone-by-chance", what: "calls that pods of the client's zone answered" };
  const share = ownPods(seen).size / seen.pods.length;
  return drawn(about, answeredInOwnZone(records, seen), answeredCalls(records), share);
}

function answered(records: readonly CallRecord[]): CallRecord[] {
  return records.filter(({ code, pod }) => code === 0 && pod !== undefined);
}

function ownPods({ pods, clientZone }: Seen): Set<string> {
  return new Set(pods.filter(({ zone }) => zone === clientZone).map(({ name }) => name));
}
