import type { Labels, Manifest } from "./manifest.ts";
import type { ManifestSet } from "./manifest-set.ts";
import { oncePer } from "./once-per.ts";
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
export function mutualTlsMode(set: ManifestSet, workload: Workload, port?: number): string | undefined {
  const { byWorkload, byNamespace } = rulesIn(set);
  const [own] = byWorkload.get(workload) ?? [];
  const [ofNamespace] = byNamespace.get(workload.manifest.metadata.namespace) ?? [];
  const [ofMesh] = byNamespace.get(ROOT_NAMESPACE) ?? [];
  const modes = [
    own?.rule.spec?.portLevelMtls?.[String(port)]?.mode,
    ...[own?.rule, ofNamespace, ofMesh].map((rule) => rule?.spec?.mtls?.mode),
  ];
  return modes.find((mode) => mode !== undefined && mode !== "UNSET");
}

/** The rules that select a workload's labels, and those for all pods of a namespace. */
const rulesIn = oncePer((set: ManifestSet) => {
  const rules = set.ofKind<PeerAuthentication | undefined>("PeerAuthentication");
  const wanted = ({ spec }: Rule) => spec?.selector?.matchLabels ?? {};
  const isForAll = (rule: Rule) => Object.keys(wanted(rule)).length === 0;
  const selected = rules
    .filter((rule) => !isForAll(rule))
    .flatMap((rule) => set.selected(rule, wanted(rule)).map((workload) => ({ workload, rule })));
  return {
    byWorkload: Map.groupBy(selected, ({ workload }) => workload),
    byNamespace: Map.groupBy(rules.filter(isForAll), ({ metadata }) => metadata.namespace),
  };
});
