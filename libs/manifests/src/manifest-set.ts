import { hasLabels, type Labels, type Manifest } from "./manifest.ts";
import { type Workload, workloadOf } from "./workload.ts";

/** Manifests that are applied together, and what follows from their being together. */
export class ManifestSet {
  readonly all: readonly Manifest[];
  readonly workloads: readonly Workload[];
  /** Numbers of ports at which gRPC is spoken, whatever the manifests say. */
  readonly toldGrpcPorts: readonly number[];
  readonly #byNamespace: ReadonlyMap<string | undefined, readonly Workload[]>;

  constructor(manifests: readonly Manifest[], toldGrpcPorts: readonly number[] = []) {
    this.all = manifests;
    this.workloads = manifests.flatMap((manifest) => workloadOf(manifest, manifests) ?? []);
    this.toldGrpcPorts = toldGrpcPorts;
    this.#byNamespace = Map.groupBy(this.workloads, ({ manifest }) => manifest.metadata.namespace);
  }

  /** All manifests of a kind, `spec` as its rule reads it. */
  ofKind<Spec>(kind: string): readonly (Manifest & { readonly spec: Spec })[] {
    return this.all.filter((manifest): manifest is Manifest & { readonly spec: Spec } => manifest.kind === kind);
  }

  /** The workloads in the namespace of `of` whose pods have all of `labels`. */
  selected(of: Manifest, labels: Labels): readonly Workload[] {
    const workloads = this.#byNamespace.get(of.metadata.namespace) ?? [];
    return workloads.filter(({ labels: own }) => hasLabels(own, labels));
  }
}
