import { groupByEach } from "./group-by-each.ts";
import { hasLabels, type Labels } from "./manifest.ts";
import type { Workload } from "./workload.ts";

/** Workloads by their labels, so that a selector is held against those alone that have one of its labels. */
export class WorkloadIndex {
  readonly #all: readonly Workload[];
  readonly #byLabel: ReadonlyMap<string, readonly Workload[]>;

  constructor(workloads: readonly Workload[]) {
    this.#all = workloads;
    this.#byLabel = groupByEach(workloads, ({ labels }) => Object.entries(labels).map(textOf));
  }

  /** An index for each key. */
  static by<Key>(workloads: readonly Workload[], keyOf: (workload: Workload) => Key): ReadonlyMap<Key, WorkloadIndex> {
    return new Map([...Map.groupBy(workloads, keyOf)].map(([key, some]) => [key, new WorkloadIndex(some)]));
  }

  /** Those whose pods have all of `labels`, in the order of the manifests. */
  selected(labels: Labels): readonly Workload[] {
    const wanted = Object.entries(labels);
    if (wanted.length === 0) return this.#all;
    const candidates = wanted.map((label) => this.#byLabel.get(textOf(label)) ?? []);
    const fewest = candidates.reduce((least, some) => (some.length < least.length ? some : least));
    return fewest.filter((workload) => hasLabels(workload.labels, labels));
  }
}

/** A label's name has no `=`. */
function textOf([name, value]: readonly [string, string]): string {
  return `${name}=${value}`;
}
