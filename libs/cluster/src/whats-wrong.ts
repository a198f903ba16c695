import { hasCondition, isProgrammed } from "./conditions.ts";
import type {
  KubeCondition,
  KubeContainerStatus,
  KubeEvent,
  KubeGateway,
  KubeObject,
  KubePod,
} from "./kube-objects.ts";

/** What {@link whatsWrong} reads of a namespace. */
export interface NamespaceState {
  readonly pods: readonly KubePod[];
  /** ReplicaSets, and Deployments: whichever tells why pods are not made. */
  readonly makers: readonly Maker[];
  readonly events: readonly KubeEvent[];
  readonly gateways?: readonly KubeGateway[];
  /** The last line that the crashed container of a pod wrote, by the pod's name. */
  readonly lastWords?: ReadonlyMap<string, string>;
}

/** What makes pods. */
export interface Maker extends KubeObject {
  readonly status?: { readonly conditions?: readonly KubeCondition[] };
}

/** The condition of a {@link Maker} whose pods cannot be created. */
export const REPLICA_FAILURE = "ReplicaFailure";

/** One thing that keeps pods or a Gateway from becoming ready. */
export interface Finding {
  /** What, of which object, and what to do. */
  readonly what: string;
  /**
   * `for ever`: waiting does not help. `crashing`: nor by itself, but a container that ends is started again, after longer and longer
   * pauses. `maybe`: it may be over soon.
   */
  readonly lasts: "for ever" | "crashing" | "maybe";
}

const LOAD = "load it with make images load, or name a registry that the nodes reach (REGISTRY=, TAG=)";

/**
 * Why containers wait that wait for ever, and what helps.
 * Source: k8s.io/kubernetes, pkg/kubelet/images/types.go and pkg/kubelet/kuberuntime/kuberuntime_container.go
 */
const WAITING: Readonly<Record<string, string>> = {
  ErrImageNeverPull: LOAD,
  ImagePullBackOff: LOAD,
  ErrImagePull: LOAD,
  InvalidImageName: "check REGISTRY= and TAG=",
  CreateContainerConfigError: "check the ConfigMaps and Secrets that it names",
  CreateContainerError: "see the pod's events (kubectl describe pod)",
  RunContainerError: "check its command and mounts",
};

/** What keeps the pods and Gateways of a namespace from being ready, the most telling first: a pure function of what Kubernetes says of them. */
export function whatsWrong({ pods, makers, events, gateways = [], lastWords }: NamespaceState): Finding[] {
  const unready = pods.filter((pod) => pod.metadata.deletionTimestamp === undefined && !hasCondition(pod, "Ready"));
  const found = [
    ...makers.flatMap(failedCreate),
    ...alike(unready.flatMap((pod) => podFindings(pod, lastWords?.get(pod.metadata.name)))),
    ...events.flatMap(eventFindings),
  ];
  const seen = new Set<string>();
  const told = found.filter(({ what }) => !seen.has(what) && seen.add(what));
  return [...(told.length === 0 ? newestWarning(unready, events) : told), ...gateways.flatMap(unprogrammed)];
}

/** What else the cluster has to say of pods that are not ready, such as that their readiness probe fails. */
function newestWarning(unready: readonly KubePod[], events: readonly KubeEvent[]): Finding[] {
  const names = new Set<string | undefined>(unready.map(({ metadata }) => metadata.name));
  const newest = events
    .filter(({ type, involvedObject }) => type === "Warning" && names.has(involvedObject.name))
    .toSorted((a, b) => timeOf(a).localeCompare(timeOf(b)))
    .at(-1);
  if (newest === undefined) return [];
  const { reason, message, involvedObject } = newest;
  return [{ what: `pod ${involvedObject.name} is not ready: ${reason}: ${message}`, lasts: "maybe" }];
}

function timeOf({ lastTimestamp, eventTime }: KubeEvent): string {
  return lastTimestamp ?? eventTime ?? "";
}

/** Whether a pod waits for what waiting does not bring: an image, a Secret, a ConfigMap. */
export function isHopeless(pod: KubePod): boolean {
  return podFindings(pod).some(({ lasts }) => lasts === "for ever");
}

/** What is wrong with one pod, and what all pods have in common to whom the same happens. */
interface PodFinding extends Finding {
  readonly kind: string;
}

/** The first of those that are of one kind stands for the others: their details are the same but for names. */
function alike(findings: readonly PodFinding[]): Finding[] {
  return [...Map.groupBy(findings, ({ kind }) => kind).values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const more = others.length === 0 ? "" : ` (and ${others.length} more like it)`;
    return { what: `${first.what}${more}`, lasts: first.lasts };
  });
}

function failedCreate({ metadata, status }: Maker): Finding[] {
  const failed = status?.conditions?.find((one) => one.type === REPLICA_FAILURE && one.status === "True");
  if (failed === undefined) return [];
  return [{ what: `pods of ${metadata.name} cannot be created: ${failed.message}`, lasts: "for ever" }];
}

/** Its controller tells why; where nobody controls its class, the condition that the CRD begins with says so. */
function unprogrammed(gateway: KubeGateway): Finding[] {
  if (isProgrammed(gateway)) return [];
  const { metadata, status } = gateway;
  const reason = ["Programmed", "Accepted"].flatMap(
    (type) => status?.conditions?.find((one) => one.type === type) ?? [],
  );
  const why = reason[0]?.message ?? "it has no status: is anything installed that takes its class?";
  return [{ what: `Gateway ${metadata.name} is not programmed: ${why}`, lasts: "maybe" }];
}

function podFindings({ metadata, status }: KubePod, lastWords?: string): PodFinding[] {
  const { name } = metadata;
  const scheduled = status.conditions?.find(({ type }) => type === "PodScheduled");
  if (scheduled?.status === "False") {
    return [{ kind: "no node", what: `pod ${name} cannot be scheduled: ${scheduled.message}`, lasts: "maybe" }];
  }
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  return containers.flatMap((container) => containerFindings(name, container, lastWords));
}

function containerFindings(
  pod: string,
  { name, image, ready, state, lastState }: KubeContainerStatus,
  lastWords = "",
): PodFinding[] {
  const { reason = "", message } = state?.waiting ?? {};
  const remedy = WAITING[reason];
  if (remedy !== undefined) {
    const why = message === undefined || remedy === LOAD ? "" : ` (${message})`;
    const what = `container ${name} of pod ${pod} does not start: ${reason} of image ${image}${why}: ${remedy}`;
    return [{ kind: `${name} ${reason}`, what, lasts: "for ever" }];
  }
  const ended = state?.terminated ?? lastState?.terminated;
  if (ready || ended === undefined || ended.exitCode === 0) return [];
  const words = lastWords === "" ? "" : `; its last output: ${lastWords}`;
  const what = `container ${name} of pod ${pod} ended with exit code ${ended.exitCode}${words}: see kubectl logs ${pod} -c ${name} --previous`;
  return [{ kind: `${name} ${ended.exitCode}`, what, lasts: reason === "CrashLoopBackOff" ? "crashing" : "maybe" }];
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

function eventFindings({ type, reason = "", message, involvedObject }: KubeEvent): Finding[] {
  if (type !== "Warning" || USUAL_EVENTS.has(reason)) return [];
  return [{ what: `${involvedObject.kind} ${involvedObject.name}: ${reason}: ${message}`, lasts: "maybe" }];
}
