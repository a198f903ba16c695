import { grpcPorts } from "../grpc-ports.ts";
import { hasLabels, type Labels, type Manifest, nameOf, namespaceOf } from "../manifest.ts";
import type { ManifestSet } from "../manifest-set.ts";
import { ROOT_NAMESPACE } from "../mutual-tls.ts";
import { serviceName } from "../service-host.ts";
import { portsInUse } from "../service-ports.ts";
import type { Workload } from "../workload.ts";
import { callers } from "./callers.ts";
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
    .flatMap((workload) => serverReader(workload, set));
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

/** Rules of the root namespace are for all. */
export function inScope(rule: Manifest, labels: Labels, { workloads }: ManifestSet): Workload[] {
  const namespace = namespaceOf(rule);
  return workloads.filter(
    (workload) =>
      (namespace === ROOT_NAMESPACE || namespaceOf(workload.manifest) === namespace) &&
      hasLabels(workload.labels, labels),
  );
}

/** A PeerAuthentication for all pods is not for those that another one selects. */
function hasOwnMode(rule: Manifest, workload: Workload, set: ManifestSet): boolean {
  if (rule.kind !== "PeerAuthentication" || labelsOf(rule).length > 0) return false;
  const own = set
    .ofKind<SecuritySpec>("PeerAuthentication")
    .filter((one) => namespaceOf(one) === namespaceOf(workload.manifest) && one !== rule)
    .filter(({ spec }) => spec?.mtls?.mode !== undefined && spec.mtls.mode !== "UNSET");
  const isCloser = (one: Manifest) => labelsOf(one).length > 0 || namespaceOf(rule) === ROOT_NAMESPACE;
  return own.some((one) => isCloser(one) && hasLabels(workload.labels, Object.fromEntries(labelsOf(one))));
}

function labelsOf({ spec }: Manifest): [string, string][] {
  return Object.entries((spec as SecuritySpec | undefined)?.selector?.matchLabels ?? {});
}

function serverReader(workload: Workload, set: ManifestSet): Reader[] {
  if (workload.mesh === "sidecar") return [readerOf(workload, "sidecar", "sidecars")];
  if (workload.mesh === "grpc-agent") {
    const serves = grpcPorts(set).some((port) => port.workload === workload);
    return serves ? [readerOf(workload, "proxyless", "servers without a proxy")] : [];
  }
  return isKnownOutside(workload, set) ? behindGateways(workload, set) : [];
}

/** A namespace that is not among the manifests may inject. */
function isKnownOutside({ mesh, labels, manifest }: Workload, { all }: ManifestSet): boolean {
  const namespace = namespaceOf(manifest);
  const isThere = all.some(({ kind, metadata }) => kind === "Namespace" && metadata.name === namespace);
  return mesh === undefined && (isThere || labels["sidecar.istio.io/inject"] === "false");
}

/** What a gateway calls that is not in the mesh: nobody beside the pod acts for it. */
function behindGateways(workload: Workload, set: ManifestSet): Reader[] {
  const ofPod = portsInUse(set).filter((port) => port.workload === workload);
  const hosts = new Set(ofPod.map(({ service }) => serviceName(service.metadata.name, namespaceOf(service))));
  const modes = callers(set).filter(
    ({ mode, hosts: called }) => mode === "gateway" && called.some((one) => hosts.has(one)),
  );
  return modes.slice(0, 1).map(({ mode }) => readerOf(workload, mode, "pods outside the mesh, behind a gateway,"));
}

function readerOf(workload: Workload, mode: string, who: string): Reader {
  return { mode, who, name: nameOf(workload.manifest), workload, reads: () => true };
}
