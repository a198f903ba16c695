import { deleteNamespace } from "./delete-namespace.ts";
import type { Kubectl } from "./kubectl.ts";
import { type ImageSource, renderOverlay } from "./overlay.ts";
import { preflight } from "./preflight.ts";
import { untilReady } from "./readiness.ts";

/** What is deployed, and how. */
export interface DeployOptions {
  readonly overlay: string;
  readonly images: ImageSource;
  readonly onProgress: (what: string) => void;
}

/** Applies an overlay and resolves when everything in it is ready. */
export async function deploy(kubectl: Kubectl, { overlay, images, onProgress }: DeployOptions): Promise<void> {
  const manifests = await renderOverlay(overlay, images);
  await preflight(kubectl, manifests);
  await kubectl.run(["apply", "-f", "-"], manifests);
  const namespace = namespaceOf(manifests);
  await untilReady(kubectl, namespace, onProgress);
  onProgress(`ready in namespace ${namespace}`);
}

/** Removes what an overlay has deployed, its namespace included, and resolves when it has gone. */
export async function undeploy(kubectl: Kubectl, { overlay, images, onProgress }: DeployOptions): Promise<void> {
  const manifests = await renderOverlay(overlay, images);
  const namespace = namespaceOf(manifests);
  if ((await kubectl.get(["namespace", namespace])) === undefined) {
    onProgress(`there is no namespace ${namespace}: nothing to remove`);
    return;
  }
  onProgress(`removing namespace ${namespace}`);
  await deleteNamespace(kubectl, namespace);
}

/** Every overlay has one namespace of its own. */
function namespaceOf(manifests: string): string {
  return /^ {2}namespace: (\S+)$/m.exec(manifests)?.[1] ?? "default";
}
