import { istioVersion, type KubeClient, kubernetesVersion } from "@grpc-lb-lab/cluster";

/**
 * The versions of a cluster and of what is installed in it, by name.
 * @throws {InputError} when the API server does not tell its own.
 */
export async function clusterVersions(
  client: KubeClient,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  const [kubernetes, istio] = await Promise.all([kubernetesVersion(client, signal), istioVersion(client, signal)]);
  return { Kubernetes: kubernetes, ...(istio === undefined ? {} : { Istio: istio }) };
}
