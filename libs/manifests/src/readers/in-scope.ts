import { type Labels, type Manifest, namespaceOf } from "../manifest.ts";
import type { ManifestSet } from "../manifest-set.ts";
import { ROOT_NAMESPACE } from "../mutual-tls.ts";
import { oncePer } from "../once-per.ts";
import type { Workload } from "../workload.ts";
import { WorkloadIndex } from "../workload-index.ts";

const workloadsOf = oncePer(({ workloads }: ManifestSet) => ({
  everywhere: new WorkloadIndex(workloads),
  byNamespace: WorkloadIndex.by(workloads, ({ manifest }) => namespaceOf(manifest)),
}));

/** The workloads that a rule of Istio which selects `labels` is for. Rules of the root namespace are for all. */
export function inScope(rule: Manifest, labels: Labels, set: ManifestSet): readonly Workload[] {
  const isForAll = namespaceOf(rule) === ROOT_NAMESPACE;
  return isForAll ? workloadsOf(set).everywhere.selected(labels) : inNamespace(rule, labels, set);
}

/** Those of the rule's own namespace alone. */
export function inNamespace(rule: Manifest, labels: Labels, set: ManifestSet): readonly Workload[] {
  return workloadsOf(set).byNamespace.get(namespaceOf(rule))?.selected(labels) ?? [];
}
