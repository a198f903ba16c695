import { appsPath, corePath } from "./api-paths.ts";
import type { KubeClient } from "./kube-client.ts";
import type { KubeDeployment, KubeList, KubeObject, KubePod } from "./kube-objects.ts";
import { selectedPods } from "./selected-pods.ts";

/** Pods with one label, by who has made them. */
export interface PodsByOwner {
  /** Those of the Deployment: a ReplicaSet of its controls each. */
  readonly own: readonly KubePod[];
  /** Those of anybody else, who happens to use the same label. */
  readonly foreign: readonly KubePod[];
}

/**
 * The pods with the `app` label of a Deployment's name. Labels prove nothing: what is the Deployment's own is told by `ownerReferences`.
 * @see https://kubernetes.io/docs/concepts/architecture/garbage-collection/#owners-dependents
 * @throws {InputError} as {@link KubeClient.request}.
 */
export async function podsByOwner(
  client: KubeClient,
  namespace: string,
  deployment: KubeDeployment,
  signal?: AbortSignal,
): Promise<PodsByOwner> {
  const pods = await selectedPods(client, namespace, `app=${deployment.metadata.name}`, signal);
  const sets = await replicaSetsOf(client, namespace, deployment, signal);
  const isOwn = (pod: KubePod) => isControlledBy(pod, sets);
  return { own: pods.filter(isOwn), foreign: pods.filter((pod) => !isOwn(pod)) };
}

/** The UIDs of the ReplicaSets that a Deployment has made. @throws {InputError} as {@link KubeClient.request}. */
export async function replicaSetsOf(
  client: KubeClient,
  namespace: string,
  { metadata }: KubeObject,
  signal?: AbortSignal,
): Promise<ReadonlySet<string>> {
  const { items } = await client.get<KubeList<KubeObject>>(appsPath(namespace, "replicasets"), signal);
  const owner = new Set(metadata.uid === undefined ? [] : [metadata.uid]);
  return new Set(items.filter((set) => isControlledBy(set, owner)).flatMap((set) => set.metadata.uid ?? []));
}

/** Whether one of the objects with these UIDs controls an object. */
export function isControlledBy({ metadata }: KubeObject, uids: ReadonlySet<string>): boolean {
  return metadata.ownerReferences?.some(({ uid, controller }) => controller === true && uids.has(uid)) ?? false;
}

/**
 * Has the API server forget a pod that leaves, while its containers drain on their node: a shorter grace would not do, for the kubelet of Kubernetes 1.34 lets
 * a preStop hook take what it was given at first (https://github.com/kubernetes/kubernetes/issues/113606). It may have gone by itself, and another of its name
 * is left alone.
 * @throws {NotPermittedError} for lack of the right to delete pods.
 */
export async function forgetPod(
  client: KubeClient,
  namespace: string,
  { metadata: { name, uid } }: KubePod,
  signal?: AbortSignal,
): Promise<void> {
  const options = { gracePeriodSeconds: 0, preconditions: { uid } };
  await client.delete(corePath(namespace, `pods/${name}`), options, signal);
}
