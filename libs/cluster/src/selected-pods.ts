import { corePath } from "./api-paths.ts";
import type { KubeClient } from "./kube-client.ts";
import type { KubeList, KubePod } from "./kube-objects.ts";

/**
 * The pods of a namespace with certain labels.
 * @param selector - `app=client`, `app in (nginx,envoy)`
 * @throws {InputError} as {@link KubeClient.request}.
 */
export async function selectedPods(
  client: KubeClient,
  namespace: string,
  selector: string,
  signal?: AbortSignal,
): Promise<readonly KubePod[]> {
  const path = corePath(namespace, `pods?labelSelector=${encodeURIComponent(selector)}`);
  return (await client.get<KubeList<KubePod>>(path, signal)).items;
}
