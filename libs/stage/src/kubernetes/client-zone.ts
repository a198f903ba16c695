import { BACKEND, CLIENT, hasCondition, type KubeClient, type KubePod, selectedPods } from "@grpc-lb-lab/cluster";
import type { Mode } from "@grpc-lb-lab/stage-api";
import type { ClusterWatch } from "./cluster-watch.ts";

/** Where a mode runs. */
interface Place {
  readonly client: KubeClient;
  readonly mode: Pick<Mode, "beside">;
  readonly namespace: string;
  readonly signal: AbortSignal;
}

/**
 * The zone of whoever picks the pods that answer. Istio weighs zones as they are from there: from the gateway, where there is one, and not from the client
 * before it. Undefined: it is not known, or the proxy's pods are in several.
 */
export async function clientZone(
  place: Place,
  clientPod: KubePod,
  watch: Pick<ClusterWatch, "zoneOf">,
): Promise<string | undefined> {
  const proxies = place.mode.beside.flatMap(({ deployment, role }) =>
    role === "proxy" && ![CLIENT, BACKEND].includes(deployment) ? [deployment] : [],
  );
  const pickers = proxies.length === 0 ? [clientPod] : await readyPods(place, proxies);
  const [zone, ...others] = new Set(pickers.map((pod) => watch.zoneOf(pod)));
  return others.length === 0 && zone !== "" ? zone : undefined;
}

async function readyPods({ client, namespace, signal }: Place, apps: readonly string[]): Promise<KubePod[]> {
  const pods = await selectedPods(client, namespace, `app in (${apps.join(",")})`, signal);
  return pods.filter((pod) => hasCondition(pod, "Ready") && pod.metadata.deletionTimestamp === undefined);
}
