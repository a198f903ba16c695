import { InputError } from "@grpc-lb-lab/input-error";
import { namespacePath } from "./api-paths.ts";
import type { Cluster } from "./cluster.ts";
import type { KubeObject } from "./kube-objects.ts";

/** The label of what the lab has made, and its value. */
const PART_OF = "app.kubernetes.io/part-of";
const LAB = "grpc-lb-lab";
const GONE = "--timeout=180s";

/** Whether there is such a namespace. @throws {InputError} as {@link KubeClient.request}. */
export async function hasNamespace({ client }: Cluster, namespace: string): Promise<boolean> {
  return (await client.find(namespacePath(namespace))) !== undefined;
}

/**
 * Sees that a namespace is the lab's, or not there yet: nothing is put into, or deleted with, one that somebody else has made. Resolves with
 * whether it is there.
 * @param remedy - what to do instead
 * @throws {InputError} when it is somebody else's.
 */
export async function assertOwnNamespace({ client }: Cluster, namespace: string, remedy: string): Promise<boolean> {
  const existing = await client.find<KubeObject>(namespacePath(namespace));
  if (existing === undefined) return false;
  if (existing.metadata.labels?.[PART_OF] === LAB) return true;
  throw new InputError(`the namespace ${namespace} is not the lab's (it has no label ${PART_OF}=${LAB}): ${remedy}`);
}

/** Deletes a namespace with all that is in it, and resolves when it has gone; it need not be there. */
export async function deleteNamespace({ kubectl }: Cluster, namespace: string): Promise<void> {
  await kubectl.run(["delete", "namespace", namespace, "--ignore-not-found", "--wait", GONE, "--request-timeout=0"]);
}
