import type { Kubectl } from "./kubectl.ts";

const GONE = "--timeout=180s";

/** Deletes a namespace with all that is in it, and resolves when it has gone; it need not be there. */
export async function deleteNamespace(kubectl: Kubectl, namespace: string): Promise<void> {
  await kubectl.run(["delete", "namespace", namespace, "--ignore-not-found", "--wait", GONE, "--request-timeout=0"]);
}
