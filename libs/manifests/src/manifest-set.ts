import type { Labels, Manifest } from "./manifest.ts";
import { ManifestIndex } from "./manifest-index.ts";
import { type Workload, workloadOf } from "./workload.ts";
import { WorkloadIndex } from "./workload-index.ts";

/** Manifests that are applied together, and what follows from their being together. */
export class ManifestSet extends ManifestIndex {
  readonly all: readonly Manifest[];
  readonly workloads: readonly Workload[];
  /** Numbers of ports at which gRPC is spoken, whatever the manifests say. */
  readonly toldGrpcPorts: readonly number[];
  readonly #byNamespace: ReadonlyMap<string | undefined, WorkloadIndex>;

  constructor(manifests: readonly Manifest[], toldGrpcPorts: readonly number[] = []) {
    super(manifests);
    this.all = manifests;
    this.workloads = manifests.flatMap((manifest) => workloadOf(manifest, this) ?? []);
    this.toldGrpcPorts = toldGrpcPorts;
    this.#byNamespace = WorkloadIndex.by(this.workloads, ({ manifest }) => manifest.metadata.namespace);
  }

  /** The workloads in the namespace of `of` whose pods have all of `labels`. */
  selected(of: Manifest, labels: Labels): readonly Workload[] {
    return this.#byNamespace.get(of.metadata.namespace)?.selected(labels) ?? [];
  }
}
