import { appsPath, corePath, deploymentsPath, gatewaysPath } from "./api-paths.ts";
import { hasCondition } from "./conditions.ts";
import { type KubeClient, NotPermittedError } from "./kube-client.ts";
import type { KubeEvent, KubeGateway, KubeList, KubePod } from "./kube-objects.ts";
import { type Finding, type Maker, REPLICA_FAILURE, whatsWrong } from "./whats-wrong.ts";

/** One reason is often that of all pods, and the next ones follow from the first. */
const MOST_REASONS = 3;

/**
 * What keeps the pods and Gateways of a namespace from being ready, the most telling first; of a namespace where they are it says nothing.
 * @throws {InputError} as {@link KubeClient.request}.
 */
export async function diagnose(client: KubeClient, namespace: string): Promise<Finding[]> {
  const items = async <T>(path: string) => (await client.find<KubeList<T>>(path))?.items ?? [];
  const [pods, replicaSets, deployments, events, gateways] = await Promise.all([
    items<KubePod>(corePath(namespace, "pods")),
    items<Maker>(appsPath(namespace, "replicasets")),
    items<Maker>(deploymentsPath(namespace)),
    items<KubeEvent>(corePath(namespace, "events?fieldSelector=type%3DWarning")),
    gatewaysOf(client, namespace),
  ]);
  // A Deployment repeats what its ReplicaSet says.
  const makers = replicaSets.some((maker) => hasCondition(maker, REPLICA_FAILURE)) ? replicaSets : deployments;
  return whatsWrong({ pods, makers, events, gateways, lastWords: await lastWords(client, namespace, pods) });
}

/**
 * The Gateways of a namespace; none where one may not see them: then one has deployed none.
 * @throws {InputError} as {@link KubeClient.request}.
 */
export async function gatewaysOf(client: KubeClient, namespace: string): Promise<readonly KubeGateway[]> {
  const list = await client.find<KubeList<KubeGateway>>(gatewaysPath(namespace)).catch((error: unknown) => {
    if (error instanceof NotPermittedError) return undefined;
    throw error;
  });
  return list?.items ?? [];
}

/** The most telling findings in a line. */
export function inWords(findings: readonly Finding[]): string {
  const reasons = findings.slice(0, MOST_REASONS).map(({ what }) => what);
  return reasons.length === 0 ? "no reason was found" : reasons.join("; ");
}

/** The last line that the container of each pod wrote that has crashed. */
async function lastWords(
  client: KubeClient,
  namespace: string,
  pods: readonly KubePod[],
): Promise<Map<string, string>> {
  const told = await Promise.all(
    pods.map(async ({ metadata, status }) => {
      const crashed = status.containerStatuses?.find(({ ready, restartCount }) => !ready && restartCount > 0);
      if (crashed === undefined) return [];
      const query = `container=${crashed.name}&previous=true&tailLines=1`;
      const log = await client.text(corePath(namespace, `pods/${metadata.name}/log?${query}`)).catch(() => "");
      return [[metadata.name, log.trim()] as const];
    }),
  );
  return new Map(told.flat());
}
