import type { Labels, Manifest } from "./manifest.ts";
import type { PodSpec } from "./pod-spec.ts";

/** What passes or configures the calls of a pod: a sidecar, the agent of proxyless gRPC, or the node's ztunnel. */
export type Mesh = "sidecar" | "grpc-agent" | "ambient";

/** The parts of a pod that Istio decides by. */
export interface MeshedPod {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly pod: PodSpec;
}

const INJECT = "sidecar.istio.io/inject";
const REVISION = "istio.io/rev";
const DATAPLANE = "istio.io/dataplane-mode";
const TEMPLATES = "inject.istio.io/templates";
const PROXY = "istio-proxy";

/**
 * The mesh that a pod is in, as Istio decides it; undefined: none, or the namespace is not known and the pod says nothing.
 * Sources: https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/#controlling-the-injection-policy (label or annotation of the
 * pod, then the namespace), https://istio.io/latest/docs/setup/upgrade/canary/ (revisions and their tags),
 * https://istio.io/latest/docs/ambient/usage/add-workloads/.
 * @param namespace the Namespace object, where it is known
 */
export function meshOf({ labels, annotations, pod }: MeshedPod, namespace: Manifest | undefined): Mesh | undefined {
  const asked = annotations[TEMPLATES]?.includes("grpc-agent") ? "grpc-agent" : undefined;
  const injected = isInjectedAlready(pod) || isInjected({ labels, annotations, pod }, namespace?.metadata.labels ?? {});
  if (injected) return asked ?? "sidecar";
  // Who names the agent counts on a namespace that injects; most label theirs by hand, as Istio's own page does.
  if (namespace === undefined && asked !== undefined && !isLeftOut({ labels, annotations, pod })) return asked;
  const mode = labels[DATAPLANE] ?? namespace?.metadata.labels?.[DATAPLANE];
  return mode === "ambient" ? "ambient" : undefined;
}

/** As `kubectl get pods` prints it; the agent of proxyless gRPC has the same name. */
function isInjectedAlready({ containers = [], initContainers = [] }: PodSpec): boolean {
  return [...containers, ...initContainers].some(({ name }) => name === PROXY);
}

function isInjected({ labels, annotations, pod }: MeshedPod, namespace: Labels): boolean {
  if (isLeftOut({ labels, annotations, pod })) return false;
  const own = ownWish({ labels, annotations });
  const switched = namespace["istio-injection"];
  if (switched === "disabled") return false;
  if (switched === "enabled" || REVISION in namespace) return true;
  // Where the namespace says nothing, a pod that asks for injection or names a revision gets it.
  return own === "true" || REVISION in labels;
}

/** Whatever its namespace says. */
function isLeftOut({ labels, annotations, pod }: MeshedPod): boolean {
  // Injection would change the network of the node.
  return pod.hostNetwork === true || ownWish({ labels, annotations }) === "false";
}

function ownWish({ labels, annotations }: Pick<MeshedPod, "labels" | "annotations">): string | undefined {
  return labels[INJECT] ?? annotations[INJECT];
}
