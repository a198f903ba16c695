import { hasLabels, type Labels, type Manifest } from "./manifest.ts";
import type { ManifestSet } from "./manifest-set.ts";
import type { Workload } from "./workload.ts";

interface PeerAuthentication {
  readonly selector?: { readonly matchLabels?: Labels };
  readonly mtls?: { readonly mode?: string };
  readonly portLevelMtls?: Readonly<Record<string, { readonly mode?: string }>>;
}

type Rule = Manifest & { readonly spec: PeerAuthentication | undefined };

/** Where Istio's own rules for the whole mesh are, unless its MeshConfig says otherwise (`rootNamespace`). */
export const ROOT_NAMESPACE = "istio-system";

/**
 * The mutual TLS mode in which a port of `workload` takes connections, as far as PeerAuthentications of the set say; undefined: none says
 * anything, which Istio takes for PERMISSIVE. The rule with a selector counts, then the namespace's, then the mesh's; UNSET asks the next.
 * Source: https://istio.io/latest/docs/reference/config/security/peer_authentication/
 */
export function mutualTlsMode(set: ManifestSet, { manifest, labels }: Workload, port?: number): string | undefined {
  const all = set.ofKind<PeerAuthentication | undefined>("PeerAuthentication");
  const here = all.filter(({ metadata }) => metadata.namespace === manifest.metadata.namespace);
  const own = here.find((rule) => selects(rule, labels));
  const ofNamespace = here.find(isForAll);
  const ofMesh = all.find((rule) => rule.metadata.namespace === ROOT_NAMESPACE && isForAll(rule));
  const modes = [
    own?.spec?.portLevelMtls?.[String(port)]?.mode,
    ...[own, ofNamespace, ofMesh].map((rule) => rule?.spec?.mtls?.mode),
  ];
  return modes.find((mode) => mode !== undefined && mode !== "UNSET");
}

function selects({ spec }: Rule, labels: Labels): boolean {
  const wanted = spec?.selector?.matchLabels ?? {};
  return Object.keys(wanted).length > 0 && hasLabels(labels, wanted);
}

function isForAll({ spec }: Rule): boolean {
  return Object.keys(spec?.selector?.matchLabels ?? {}).length === 0;
}
