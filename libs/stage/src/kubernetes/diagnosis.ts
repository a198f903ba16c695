import type { KubeClient } from "./kube-client.ts";
import type { KubeContainerStatus, KubeDeployment, KubeEvent, KubeList, KubePod } from "./kube-objects.ts";
import { corePath } from "./names.ts";
import { hasCondition } from "./pod-table.ts";

/** One reason is often that of all pods, and the next ones follow from the first. */
const MOST_REASONS = 3;

/** Waits that do not end by themselves. Source: k8s.io/kubernetes/pkg/kubelet/images/types.go, kuberuntime/kuberuntime_container.go. */
const HOPELESS = new Set([
  "ImagePullBackOff",
  "ErrImageNeverPull",
  "InvalidImageName",
  "CreateContainerConfigError",
  "CreateContainerError",
]);

/** Whether a pod waits for what waiting does not bring: an image, a Secret, a ConfigMap. */
export function isHopeless({ status }: KubePod): boolean {
  const statuses = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  return statuses.some(({ state }) => HOPELESS.has(state?.waiting?.reason ?? ""));
}

/** Says in a line why pods are not ready: what they wait for, the last words of those that crash, warnings of the cluster. */
export async function diagnose(
  client: KubeClient,
  namespace: string,
  pods: readonly KubePod[],
  deployment: KubeDeployment | undefined,
): Promise<string> {
  const events = await client.find<KubeList<KubeEvent>>(corePath(namespace, "events?fieldSelector=type%3DWarning"));
  const unready = pods.filter((pod) => !hasCondition(pod, "Ready"));
  const alike = [...Map.groupBy(unready, waitingFor).values()];
  const reasons = await Promise.all(
    alike.map(async ([pod, ...others]) => {
      if (pod === undefined) return "";
      const reason = podReason(pod, events?.items ?? [], await lastWords(client, namespace, pod));
      return others.length === 0 ? reason : `${reason} (and ${others.length} more like it)`;
    }),
  );
  const all = [...deploymentReasons(deployment), ...reasons];
  return all.length === 0 ? "nothing says why" : all.slice(0, MOST_REASONS).join("; ");
}

/** Why a Deployment's pods are not even made, as when they break a quota or the namespace's Pod Security. */
export function deploymentReasons(deployment: KubeDeployment | undefined): string[] {
  const failures = deployment?.status.conditions?.filter(
    ({ type, status }) => type === "ReplicaFailure" && status === "True",
  );
  return (failures ?? []).map(({ message }) => `Deployment ${deployment?.metadata.name}: ${message}`);
}

/** Why one pod is not ready. Images, exit codes and conditions say more than the newest warning does. */
export function podReason(pod: KubePod, events: readonly KubeEvent[], lastWords: string): string {
  const { metadata, status } = pod;
  const statuses = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const unscheduled = status.conditions?.find(
    ({ type, status: state }) => type === "PodScheduled" && state === "False",
  );
  const stuck = statuses.map(containerReason).find((reason) => reason !== undefined);
  const warning = events
    .filter(({ involvedObject }) => involvedObject.name === metadata.name)
    .toSorted(byTime)
    .at(-1);
  const reason =
    unscheduled?.message ??
    stuck ??
    (warning === undefined ? "it is not ready" : `${warning.reason}: ${warning.message}`);
  return `pod ${metadata.name}: ${reason}${lastWords && `; its last words: ${lastWords}`}`;
}

/** What a pod waits for in a word; the details differ from pod to pod. */
function waitingFor({ status }: KubePod): string {
  const statuses = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  return statuses.map(({ state }) => state?.waiting?.reason ?? "").join();
}

function containerReason({ name, state, lastState }: KubeContainerStatus): string | undefined {
  const { reason, message } = state?.waiting ?? {};
  if (reason === "ContainerCreating" || reason === "PodInitializing") return undefined;
  const ended = state?.terminated ?? lastState?.terminated;
  const exit = ended === undefined || ended.exitCode === 0 ? "" : ` (exit code ${ended.exitCode})`;
  if (reason !== undefined) {
    const remedy = reason.includes("Image") ? "; make images, and load or push them to where the cluster looks" : "";
    return `container ${name}: ${reason}${exit}${message === undefined ? "" : `, ${message}`}${remedy}`;
  }
  return state?.terminated === undefined || exit === "" ? undefined : `container ${name} has ended${exit}`;
}

/** The last line that a container wrote which has crashed; empty when none has. */
async function lastWords(client: KubeClient, namespace: string, { metadata, status }: KubePod): Promise<string> {
  const crashed = status.containerStatuses?.find(({ ready, restartCount }) => !ready && restartCount > 0);
  if (crashed === undefined) return "";
  const query = `container=${crashed.name}&previous=true&tailLines=1`;
  const log = await client.find<unknown>(corePath(namespace, `pods/${metadata.name}/log?${query}`)).catch(() => "");
  return typeof log === "string" ? log.trim() : JSON.stringify(log);
}

function byTime(a: KubeEvent, b: KubeEvent): number {
  return (a.lastTimestamp ?? a.eventTime ?? "").localeCompare(b.lastTimestamp ?? b.eventTime ?? "");
}
