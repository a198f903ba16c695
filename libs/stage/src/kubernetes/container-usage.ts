import { APP_CONTAINER, BACKEND, CLIENT, type KubeClient, selectedPods } from "@grpc-lb-lab/cluster";
import type { ContainerKind, ContainerUsage, Mode } from "@grpc-lb-lab/stage-api";
import { type ContainerSample, readKubeletMetrics } from "./kubelet-metrics.ts";

/** The Deployments whose containers named `app` are the applications. */
const APPLICATIONS = [CLIENT, BACKEND];

/** Where a mode runs. */
interface Place {
  readonly client: KubeClient;
  readonly mode: Pick<Mode, "beside">;
  readonly namespace: string;
}

/**
 * What the containers that calls pass through have used so far, as the kubelets of their nodes tell, through the API server.
 * @throws {InputError} when that is not permitted (`get` of `nodes/proxy`).
 */
export async function containerUsage(
  { client, mode, namespace }: Place,
  signal: AbortSignal,
): Promise<ContainerUsage[]> {
  const deployments = new Set([...APPLICATIONS, ...mode.beside.map(({ deployment }) => deployment)]);
  const pods = await selectedPods(client, namespace, `app in (${[...deployments].join(",")})`, signal);
  const deploymentOf = new Map(pods.map(({ metadata }) => [metadata.name, metadata.labels?.app ?? ""]));
  const nodes = new Set(pods.flatMap(({ spec }) => spec.nodeName ?? []));
  const answers = await Promise.all([...nodes].map((node) => nodeSamples(client, node, signal)));
  return answers
    .flat()
    .filter((sample) => sample.namespace === namespace && deploymentOf.has(sample.pod))
    .map((sample) => usage(mode.beside, deploymentOf.get(sample.pod) ?? "", sample));
}

async function nodeSamples(client: KubeClient, node: string, signal: AbortSignal): Promise<ContainerSample[]> {
  return readKubeletMetrics(await client.text(`/api/v1/nodes/${node}/proxy/metrics/resource`, signal));
}

function usage(beside: readonly ContainerKind[], deployment: string, sample: ContainerSample): ContainerUsage {
  const { pod, container, atMs, cpuMs, memoryBytes } = sample;
  return { deployment, role: roleOf(beside, deployment, container), pod, container, atMs, cpuMs, memoryBytes };
}

/** The container of a proxy between is named as those of the applications are. */
function roleOf(beside: readonly ContainerKind[], deployment: string, container: string): ContainerKind["role"] {
  if (container === APP_CONTAINER && APPLICATIONS.includes(deployment)) return "app";
  return beside.find((kind) => kind.deployment === deployment)?.role ?? "proxy";
}
