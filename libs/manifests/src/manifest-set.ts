import type { Labels, Manifest } from "./manifest.ts";
import { type Workload, workloadOf } from "./workload.ts";

/** Manifests that are applied together, and what follows from their being together. */
export class ManifestSet {
  readonly all: readonly Manifest[];
  readonly workloads: readonly Workload[];

  constructor(manifests: readonly Manifest[]) {
    this.all = manifests;
    this.workloads = manifests.flatMap((manifest) => workloadOf(manifest, manifests) ?? []);
  }

  /** All manifests of a kind, `spec` as its rule reads it. */
  ofKind<Spec>(kind: string): readonly (Manifest & { readonly spec: Spec })[] {
    return this.all.filter((manifest): manifest is Manifest & { readonly spec: Spec } => manifest.kind === kind);
  }

  /** The workloads in the namespace of `of` whose pods have all of `labels`. */
  selected(of: Manifest, labels: Labels): readonly Workload[] {
    return this.workloads.filter(
      ({ manifest, labels: own }) =>
        manifest.metadata.namespace === of.metadata.namespace &&
        Object.entries(labels).every(([key, value]) => own[key] === value),
    );
  }

  /** The mutual TLS mode that servers of `workload` take, as far as PeerAuthentications of this set say. */
  mutualTlsMode({ manifest, labels }: Workload): string | undefined {
    const all = this.ofKind<PeerAuthentication | undefined>("PeerAuthentication").filter(
      ({ metadata }) => metadata.namespace === manifest.metadata.namespace,
    );
    const own = all.find(({ spec }) => {
      const wanted = Object.entries(spec?.selector?.matchLabels ?? {});
      return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
    });
    return (own ?? all.find(({ spec }) => spec?.selector === undefined))?.spec?.mtls?.mode;
  }
}

interface PeerAuthentication {
  readonly selector?: { readonly matchLabels?: Labels };
  readonly mtls?: { readonly mode?: string };
}
