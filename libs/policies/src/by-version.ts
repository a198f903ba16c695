import type { CallRecord, Expectation } from "@grpc-lb-lab/measure";
import { hasOnePodPerConnection } from "@grpc-lb-lab/modes";
import { type About, drawn, none } from "./bounds.ts";
import type { Evidence } from "./policy.ts";

/** The calls of one kind, by its index. */
export function ofKind({ records }: Pick<Evidence, "records">, kind: number): CallRecord[] {
  return records.filter((record) => (record.kind ?? 0) === kind);
}

/** How many of the calls a pod of that version answered. */
export function answeredBy(version: string, records: readonly CallRecord[], { pods }: Pick<Evidence, "pods">): number {
  const members = podsOf(version, pods);
  return records.filter(({ code, pod }) => code === 0 && pod !== undefined && members.has(pod)).length;
}

/**
 * That the kinds of calls find both versions as the path picks pods, whatever they are. It cannot hold where each kind has a version of its own:
 * either chance takes some calls of each kind to either version, or all calls are on one connection and so at one version.
 * @param kinds - by their indices.
 */
export function asIfAlike(seen: Evidence, kinds: readonly number[]): Expectation[] {
  if (hasOnePodPerConnection(seen.path)) return [onOneVersion(seen)];
  const share = podsOf("v2", seen.pods).size / seen.pods.length;
  return kinds.map((kind) => {
    const records = ofKind(seen, kind);
    return drawn(toCanary(kind), answeredBy("v2", records, seen), records.length, share);
  });
}

function toCanary(kind: number): About {
  return { id: `kind-${kind}-by-chance`, what: `calls of kind ${kind + 1} that a pod of v2 answered` };
}

function onOneVersion(seen: Evidence): Expectation {
  const [v1 = 0, v2 = 0] = ["v1", "v2"].map((version) => answeredBy(version, seen.records, seen));
  const what = "calls that another version answered than most";
  return none({ id: "one-version", what }, Math.min(v1, v2), v1 + v2);
}

function podsOf(version: string, pods: Evidence["pods"]): Set<string> {
  return new Set(pods.filter((pod) => pod.version === version).map(({ name }) => name));
}
