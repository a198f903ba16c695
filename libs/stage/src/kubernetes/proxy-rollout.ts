import { setTimeout as delay } from "node:timers/promises";
import {
  corePath,
  deploymentsPath,
  diagnose,
  inWords,
  isRolledOut,
  type KubeClient,
  type KubeDeployment,
  KubeError,
  type KubeList,
  type KubePod,
} from "@grpc-lb-lab/cluster";
import { InputError } from "@grpc-lb-lab/stage-api";

/** A proxy's Deployment, whose name is the `app` label of its pods, too. */
export interface ProxyPlace {
  readonly client: KubeClient;
  readonly namespace: string;
  readonly deployment: string;
}

const DEADLINE_MS = 120_000;
const LOOK_AGAIN_MS = 500;
/** What a pod has left once no call of the lab's goes to it: otherwise it stays for its preStop hook, and old connections with it. */
const GRACE_SECONDS = 1;
const LAST_LINES = 5;

/**
 * Resolves once all pods of a proxy are ready that mount a ConfigMap, and no other is left; with the last words of one that mounts it where such a pod ends
 * again and again.
 * @throws {InputError} saying what is wrong when it comes to neither in time.
 */
export async function untilOnlyPodsOf(
  place: ProxyPlace,
  configMap: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { client, namespace, deployment } = place;
  const late = AbortSignal.timeout(DEADLINE_MS);
  while (!late.aborted) {
    const isDone = isRolledOut(await client.get<KubeDeployment>(deploymentsPath(namespace, deployment), signal));
    const [wanted, others] = partition(await podsOf(place, signal), (pod) => mounts(pod, configMap));
    if (isDone && others.length === 0) return undefined;
    if (isDone) await Promise.all(others.map(({ metadata }) => endSoon(place, metadata.name, signal)));
    const crashing = wanted.flatMap(crashingContainer);
    if (crashing[0] !== undefined) return lastWords(place, crashing[0], signal);
    await delay(LOOK_AGAIN_MS, undefined, { signal });
  }
  throw new InputError(
    `the proxy ${deployment} in namespace ${namespace} did not take its new configuration: ${inWords(await diagnose(client, namespace))}`,
  );
}

async function podsOf({ client, namespace, deployment }: ProxyPlace, signal: AbortSignal): Promise<readonly KubePod[]> {
  const selector = encodeURIComponent(`app=${deployment}`);
  const path = corePath(namespace, `pods?labelSelector=${selector}`);
  return (await client.get<KubeList<KubePod>>(path, signal)).items;
}

function mounts({ spec }: KubePod, name: string): boolean {
  return spec.volumes?.some(({ configMap }) => configMap?.name === name) ?? false;
}

/** A pod may have gone by itself. */
async function endSoon({ client, namespace }: ProxyPlace, pod: string, signal: AbortSignal): Promise<void> {
  const path = corePath(namespace, `pods/${pod}?gracePeriodSeconds=${GRACE_SECONDS}`);
  await client.request("DELETE", path, { signal }).catch((error: unknown) => {
    if (!(error instanceof KubeError && error.status === 404)) throw error;
  });
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
  const log = await client.get<unknown>(corePath(namespace, `pods/${pod}/log?${query}`), signal);
  return typeof log === "string" ? log.trim() : JSON.stringify(log);
}

function partition<T>(all: readonly T[], isFirst: (one: T) => boolean): [first: T[], others: T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))];
}
