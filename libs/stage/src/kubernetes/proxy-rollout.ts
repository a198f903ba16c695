import { setTimeout as delay } from "node:timers/promises";
import {
  corePath,
  deploymentsPath,
  diagnose,
  inWords,
  isRolledOut,
  type KubeClient,
  type KubeDeployment,
  type KubePod,
  podsByOwner,
} from "@grpc-lb-lab/cluster";
import { InputError } from "@grpc-lb-lab/stage-api";
import { LeavingPods } from "./leaving-pods.ts";

/** A proxy's Deployment, whose name is the `app` label of its pods, too. */
export interface ProxyPlace {
  readonly client: KubeClient;
  readonly namespace: string;
  readonly deployment: string;
}

const DEADLINE_MS = 120_000;
const LOOK_AGAIN_MS = 250;
const LAST_LINES = 5;

/**
 * Resolves once all pods of a proxy's Deployment are ready that mount a ConfigMap, and no other of its pods is left; with the last words of one that mounts
 * it where such a pod ends again and again. Pods that only have the same label are left alone.
 * @throws {InputError} saying what is wrong when it comes to neither in time.
 */
export async function untilOnlyPodsOf(
  place: ProxyPlace,
  configMap: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { client, namespace, deployment: name } = place;
  const late = AbortSignal.timeout(DEADLINE_MS);
  const leaving = new LeavingPods(client, namespace);
  while (!late.aborted) {
    const deployment = await client.get<KubeDeployment>(deploymentsPath(namespace, name), signal);
    const { own } = await podsByOwner(client, namespace, deployment, signal);
    const [wanted, others] = partition(own, (pod) => mounts(pod, configMap));
    const isDone = isRolledOut(deployment);
    if (isDone && others.length === 0) return undefined;
    if (isDone) await leaving.forget(others, signal);
    const crashing = wanted.flatMap(crashingContainer);
    if (crashing[0] !== undefined) return lastWords(place, crashing[0], signal);
    await delay(LOOK_AGAIN_MS, undefined, { signal });
  }
  throw new InputError(
    `the proxy ${name} in namespace ${namespace} did not take its new configuration: ${inWords(await diagnose(client, namespace))}`,
  );
}

/**
 * Sees that calls reach no pod beside the proxy's own: its Service selects by the label alone.
 * @throws {InputError} naming such a pod, and what to do about it.
 */
export async function assertNoForeignPods(
  { client, namespace }: ProxyPlace,
  deployment: KubeDeployment,
  signal: AbortSignal,
): Promise<void> {
  const { foreign } = await podsByOwner(client, namespace, deployment, signal);
  const serving = foreign.find(({ metadata, status }) => metadata.deletionTimestamp === undefined && !isOver(status));
  if (serving === undefined) return;
  const { name } = deployment.metadata;
  const [pod, label] = [serving.metadata.name, `app=${name}`];
  throw new InputError(
    `pod ${pod} in namespace ${namespace} has the label ${label}, but Deployment ${name} has not made it, so calls may reach it and miss the rules; take it away: kubectl --context ${client.context} -n ${namespace} label pod ${pod} app-`,
  );
}

function isOver({ phase }: KubePod["status"]): boolean {
  return phase === "Failed" || phase === "Succeeded";
}

function mounts({ spec }: KubePod, name: string): boolean {
  return spec.volumes?.some(({ configMap }) => configMap?.name === name) ?? false;
}

interface Crashing {
  readonly pod: string;
  readonly container: string;
}

/** One that has ended more than once: the first time may have had another reason, as DNS that did not answer. */
function crashingContainer({ metadata, status }: KubePod): readonly Crashing[] {
  const statuses = status.containerStatuses ?? [];
  const crashing = statuses.filter(({ state }) => state?.waiting?.reason === "CrashLoopBackOff");
  return crashing.map(({ name }) => ({ pod: metadata.name, container: name }));
}

async function lastWords(
  { client, namespace }: ProxyPlace,
  { pod, container }: Crashing,
  signal: AbortSignal,
): Promise<string> {
  const query = `container=${container}&previous=true&tailLines=${LAST_LINES}`;
  return (await client.text(corePath(namespace, `pods/${pod}/log?${query}`), signal)).trim();
}

function partition<T>(all: readonly T[], isFirst: (one: T) => boolean): [first: T[], others: T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))];
}
