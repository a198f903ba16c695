import type { ModeName } from "../mode.ts";
import type { ContainerUsage } from "../stage.ts";
import type { KubeClient } from "./kube-client.ts";
import type { KubeList, KubePod } from "./kube-objects.ts";
import { type ContainerSample, readKubeletMetrics } from "./kubelet-metrics.ts";
import { APP_CONTAINER, BACKEND, CLIENT, corePath, ENVOY } from "./names.ts";

/** The Deployments that calls pass through. */
const DEPLOYMENTS = [CLIENT, ENVOY, BACKEND];

/** Where a mode runs. */
interface Place {
  readonly client: KubeClient;
  readonly mode: ModeName;
  readonly namespace: string;
}

/**
 * What the containers that calls pass through have used so far, as the kubelets of their nodes tell, through the API server.
 * @throws {InputError} when that is not permitted (`get` of `nodes/proxy`).
 */
export async function containerUsage(place: Place, signal: AbortSignal): Promise<ContainerUsage[]> {
  const { client, namespace } = place;
  const selector = encodeURIComponent(`app in (${DEPLOYMENTS.join(",")})`);
  const { items } = await client.get<KubeList<KubePod>>(corePath(namespace, `pods?labelSelector=${selector}`), signal);
  const deploymentOf = new Map(items.map(({ metadata }) => [metadata.name, metadata.labels?.app ?? ""]));
  const nodes = new Set(items.flatMap(({ spec }) => spec.nodeName ?? []));
  const answers = await Promise.all([...nodes].map((node) => nodeSamples(client, node, signal)));
  return answers
    .flat()
    .filter((sample) => sample.namespace === namespace && deploymentOf.has(sample.pod))
    .map((sample) => usage(place.mode, deploymentOf.get(sample.pod) ?? "", sample));
}

async function nodeSamples(client: KubeClient, node: string, signal: AbortSignal): Promise<ContainerSample[]> {
  return readKubeletMetrics(await client.get<string>(`/api/v1/nodes/${node}/proxy/metrics/resource`, signal));
}

function usage(mode: ModeName, deployment: string, sample: ContainerSample): ContainerUsage {
  const { pod, container, atMs, cpuMs, memoryBytes } = sample;
  return { deployment, role: roleOf(mode, deployment, container), pod, container, atMs, cpuMs, memoryBytes };
}

/** In a pod of gRPC without proxies Istio's container runs its agent alone. */
function roleOf(mode: ModeName, deployment: string, container: string): ContainerUsage["role"] {
  if (deployment === ENVOY) return "proxy";
  if (container === APP_CONTAINER) return "app";
  return mode === "proxyless" ? "agent" : "proxy";
}
