import { grpcPorts } from "../grpc-ports.ts";
import { type Labels, type Manifest, nameOf, namespaceOf } from "../manifest.ts";
import type { ManifestSet } from "../manifest-set.ts";
import { ROOT_NAMESPACE } from "../mutual-tls.ts";
import { oncePer } from "../once-per.ts";
import { serviceName } from "../service-host.ts";
import { portsInUse } from "../service-ports.ts";
import type { Workload } from "../workload.ts";
import { callersByHost } from "./callers.ts";
import { inNamespace, inScope } from "./in-scope.ts";
import type { Reader } from "./reader.ts";

interface SecuritySpec {
  readonly selector?: { readonly matchLabels?: Labels };
  readonly mtls?: { readonly mode?: string };
  /** To Gateways, and to Services by their waypoints; in older versions one. */
  readonly targetRef?: unknown;
  readonly targetRefs?: unknown;
}

interface EnvoyFilterSpec {
  readonly workloadSelector?: { readonly labels?: Labels };
  readonly targetRefs?: unknown;
}

/** The pods that an AuthorizationPolicy, a PeerAuthentication or a RequestAuthentication is for. */
export function securityReaders(rule: Manifest, set: ManifestSet): Reader[] {
  const { selector, targetRef, targetRefs } = (rule.spec ?? {}) as SecuritySpec;
  if (targetRef !== undefined || targetRefs !== undefined) return [];
  return inScope(rule, selector?.matchLabels ?? {}, set)
    .filter((workload) => !hasOwnMode(rule, workload, set))
    .flatMap(serverReaders(set));
}

/** Whom an EnvoyFilter selects: all pods of its namespace, or of the mesh, unless it names labels. */
export function filterReaders(filter: Manifest, set: ManifestSet): Reader[] {
  const { workloadSelector, targetRefs } = (filter.spec ?? {}) as EnvoyFilterSpec;
  if (targetRefs !== undefined) return [];
  return inScope(filter, workloadSelector?.labels ?? {}, set).flatMap((workload) => {
    if (workload.mesh === "grpc-agent") return [readerOf(workload, "proxyless", "pods without a proxy")];
    return workload.mesh === "sidecar" ? [readerOf(workload, "sidecar", "sidecars")] : [];
  });
}

/** A PeerAuthentication for all pods is not for those that another one selects. */
function hasOwnMode(rule: Manifest, workload: Workload, set: ManifestSet): boolean {
  if (rule.kind !== "PeerAuthentication" || isSelecting(rule)) return false;
  const { byLabels, byNamespace } = ownModes(set);
  if (byLabels.has(workload)) return true;
  const beside = namespaceOf(rule) === ROOT_NAMESPACE ? (byNamespace.get(namespaceOf(workload.manifest)) ?? []) : [];
  return beside.some((one) => one !== rule);
}

/** The workloads that some PeerAuthentication of their namespace selects to say a mode, and those that say one for all of a namespace. */
const ownModes = oncePer((set: ManifestSet) => {
  const saying = set
    .ofKind<SecuritySpec | undefined>("PeerAuthentication")
    .filter(({ spec }) => spec?.mtls?.mode !== undefined && spec.mtls.mode !== "UNSET");
  return {
    byLabels: new Set(saying.filter(isSelecting).flatMap((one) => inNamespace(one, labelsOf(one), set))),
    byNamespace: Map.groupBy(
      saying.filter((one) => !isSelecting(one)),
      namespaceOf,
    ),
  };
});

function isSelecting(rule: Manifest): boolean {
  return Object.keys(labelsOf(rule)).length > 0;
}

function labelsOf({ spec }: Manifest): Labels {
  return (spec as SecuritySpec | undefined)?.selector?.matchLabels ?? {};
}

/** Many rules may be for one workload. */
const serverReaders = oncePer((set: ManifestSet) => oncePer((workload: Workload) => serverReader(workload, set)));

function serverReader(workload: Workload, set: ManifestSet): Reader[] {
  if (workload.mesh === "sidecar") return [readerOf(workload, "sidecar", "sidecars")];
  if (workload.mesh === "grpc-agent") {
    return grpcPorts(set).has(workload) ? [readerOf(workload, "proxyless", "servers without a proxy")] : [];
  }
  return isKnownOutside(workload, set) ? behindGateways(workload, set) : [];
}

/** A namespace that is not among the manifests may inject. */
function isKnownOutside({ mesh, labels, manifest }: Workload, set: ManifestSet): boolean {
  const isThere = set.namespace(namespaceOf(manifest)) !== undefined;
  return mesh === undefined && (isThere || labels["sidecar.istio.io/inject"] === "false");
}

/** What a gateway calls that is not in the mesh: nobody beside the pod acts for it. */
function behindGateways(workload: Workload, set: ManifestSet): Reader[] {
  const ofPod = portsByWorkload(set).get(workload) ?? [];
  const callersOfPod = ofPod.flatMap(
    ({ service }) => callersByHost(set).get(serviceName(service.metadata.name, namespaceOf(service))) ?? [],
  );
  const isCalled = callersOfPod.some(({ mode }) => mode === "gateway");
  return isCalled ? [readerOf(workload, "gateway", "pods outside the mesh, behind a gateway,")] : [];
}

const portsByWorkload = oncePer((set: ManifestSet) => Map.groupBy(portsInUse(set), ({ workload }) => workload));

function readerOf(workload: Workload, mode: string, who: string): Reader {
  return { mode, who, name: nameOf(workload.manifest), workload, reads: () => true };
}
