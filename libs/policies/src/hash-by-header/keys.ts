import type { CallRecord } from "@grpc-lb-lab/measure";

/** The pods that answered calls of each key; the kind of a call is its key. */
export function podsOfKeys(records: readonly CallRecord[]): Map<number, Set<string>> {
  const keys = new Map<number, Set<string>>();
  for (const { kind = 0, code, pod } of records) {
    if (code !== 0 || pod === undefined) continue;
    const pods = keys.get(kind) ?? new Set();
    keys.set(kind, pods.add(pod));
  }
  return keys;
}

/** How many keys have calls at more than one pod. */
export function scattered(keys: ReadonlyMap<number, ReadonlySet<string>>): number {
  return [...keys.values()].filter(({ size }) => size > 1).length;
}

/** How many keys are elsewhere than before: at the pod that was added, or at one of the others. */
export function moved(
  before: ReadonlyMap<number, ReadonlySet<string>>,
  after: ReadonlyMap<number, ReadonlySet<string>>,
): { readonly toAdded: number; readonly toOthers: number } {
  const known = new Set([...before.values()].flatMap((pods) => [...pods]));
  const elsewhere = [...after].filter(([key, pods]) => !pods.isSubsetOf(before.get(key) ?? new Set()));
  const toAdded = elsewhere.filter(([, pods]) => pods.isDisjointFrom(known)).length;
  return { toAdded, toOthers: elsewhere.length - toAdded };
}
