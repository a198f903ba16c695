/** What {@link whatsWrong} reads of a namespace: lists as `kubectl get -o json` gives them. */
export interface NamespaceState {
  readonly pods: readonly Pod[];
  readonly replicaSets: readonly ReplicaSet[];
  readonly events: readonly KubeEvent[];
}

interface Metadata {
  readonly name: string;
  readonly deletionTimestamp?: string;
}

interface Pod {
  readonly metadata: Metadata;
  readonly status: {
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}

interface ContainerStatus {
  readonly name: string;
  readonly image: string;
  readonly ready: boolean;
  readonly state?: {
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly terminated?: { readonly reason?: string; readonly exitCode: number };
  };
  readonly lastState?: { readonly terminated?: { readonly exitCode: number; readonly reason?: string } };
}

interface ReplicaSet {
  readonly metadata: Metadata;
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
  };
}

interface KubeEvent {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly involvedObject: { readonly kind?: string; readonly name?: string };
}

/** One thing that keeps pods from becoming ready. */
export interface Finding {
  readonly what: string;
  /** Waiting does not help. */
  readonly final: boolean;
}

/** Why containers wait, and what helps. Source: kubelet, `pkg/kubelet/images/types.go` and `pkg/kubelet/kuberuntime`. */
const WAITING: Readonly<Record<string, string>> = {
  ErrImageNeverPull: "load it with make load, or name a registry that the nodes reach (REGISTRY=, TAG=)",
  ImagePullBackOff: "load it with make images load, or name a registry that the nodes reach (REGISTRY=, TAG=)",
  ErrImagePull: "load it with make images load, or name a registry that the nodes reach (REGISTRY=, TAG=)",
  InvalidImageName: "look at REGISTRY= and TAG=",
  CreateContainerConfigError: "look at the ConfigMaps and Secrets that it names",
};

/** What keeps the pods of a namespace from being ready, the most telling first: a pure function of what Kubernetes says of them. */
export function whatsWrong(state: NamespaceState): Finding[] {
  const findings = [
    ...state.replicaSets.flatMap(failedCreate),
    ...state.pods.flatMap(ofPod),
    ...state.events.flatMap(ofEvent),
  ];
  const seen = new Set<string>();
  return findings.filter(({ what }) => !seen.has(what) && seen.add(what));
}

function failedCreate({ metadata, status }: ReplicaSet): Finding[] {
  const failed = status?.conditions?.find((one) => one.type === "ReplicaFailure" && one.status === "True");
  return failed === undefined
    ? []
    : [{ what: `pods of ${metadata.name} cannot be created: ${failed.message}`, final: true }];
}

function ofPod({ metadata, status }: Pod): Finding[] {
  if (metadata.deletionTimestamp !== undefined) return [];
  const scheduled = status.conditions?.find(({ type }) => type === "PodScheduled");
  if (scheduled?.status === "False") {
    return [{ what: `pod ${metadata.name} finds no node: ${scheduled.message}`, final: false }];
  }
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  return containers.flatMap((container) => ofContainer(metadata.name, container));
}

function ofContainer(pod: string, { name, image, ready, state, lastState }: ContainerStatus): Finding[] {
  const waiting = state?.waiting?.reason ?? "";
  const remedy = WAITING[waiting];
  if (remedy !== undefined) {
    return [
      { what: `container ${name} of pod ${pod} does not start: ${waiting} of image ${image}: ${remedy}`, final: true },
    ];
  }
  const ended = state?.terminated ?? lastState?.terminated;
  if (ready || ended === undefined || ended.exitCode === 0) return [];
  const what = `container ${name} of pod ${pod} ended with exit code ${ended.exitCode}: see kubectl logs ${pod} -c ${name} --previous`;
  return [{ what, final: waiting === "CrashLoopBackOff" }];
}

/** Told already, in better words; or part of every start. */
const USUAL_EVENTS = new Set([
  "Unhealthy",
  "FailedScheduling",
  "BackOff",
  "Failed",
  "FailedCreate",
  "ErrImageNeverPull",
]);

function ofEvent({ type, reason = "", message, involvedObject }: KubeEvent): Finding[] {
  if (type !== "Warning" || USUAL_EVENTS.has(reason)) return [];
  return [{ what: `${involvedObject.kind} ${involvedObject.name}: ${reason}: ${message}`, final: false }];
}
