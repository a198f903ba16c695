import { type Deployment, InputError } from "@grpc-lb-lab/stage-api";

/**
 * Sees that pods are in the client's zone, and in another.
 * @throws {InputError} when they are not, or the zone is not known: then nothing could be seen of a policy about zones.
 */
export function assertZoned(policy: string, deployment: Pick<Deployment, "clientZone" | "pods">): void {
  const { clientZone } = deployment;
  if (clientZone === undefined) {
    throw new InputError(
      `${policy} is about the client's zone, which is not known: label the nodes with topology.kubernetes.io/zone, permit the lab to list nodes, and have one replica of a proxy between`,
    );
  }
  const zones = new Set(deployment.pods().map(({ zone }) => zone));
  if (zones.has(clientZone) && zones.size > 1) return;
  throw new InputError(
    `${policy} takes pods in the client's zone ${clientZone} and in another, and they are in ${[...zones].join(", ")}: give the cluster nodes of two zones, with room in each`,
  );
}
