import {
  assertInstalled,
  assertKubernetesVersion,
  assertOwnNamespace,
  type Cluster,
  deleteNamespace,
  type Installable,
  untilReady,
} from "@grpc-lb-lab/cluster";
import { clusterScoped, deleteClusterScoped } from "./cluster-scoped.ts";
import { type ImageSource, renderOverlay } from "./overlay.ts";

/** What is deployed, and how. */
export interface DeployOptions {
  readonly overlay: string;
  readonly images: ImageSource;
  /** Names of components that the overlay does not select. Default: none. */
  readonly components?: readonly string[];
  readonly onProgress: (what: string) => void;
}

/** What must be installed for what appears in rendered manifests: kinds, annotations that ask for Istio's injection, Istio's class of Gateways. */
const NEEDED_FOR: readonly (readonly [RegExp, Installable])[] = [
  [
    /apiVersion: (networking|security)\.istio\.io\/|istio-injection: enabled|inject\.istio\.io\/|gatewayClassName: istio$/m,
    "istio",
  ],
  [/apiVersion: gateway\.networking\.k8s\.io\//, "gateway-api"],
];

/** Applies an overlay and resolves when everything in it is ready. */
export async function deploy(cluster: Cluster, options: DeployOptions): Promise<void> {
  const { overlay, images, components, onProgress } = options;
  await assertKubernetesVersion(cluster.client);
  const manifests = await renderOverlay(overlay, images, components);
  const namespace = namespaceOf(manifests);
  const remedy = `delete it, or see what make deploy would do: node scripts/deploy/main.ts render ${overlay}`;
  await assertOwnNamespace(cluster, namespace, remedy);
  await assertInstalled(cluster.client, neededFor(manifests));
  await cluster.kubectl.run(["apply", "-f", "-"], manifests);
  await untilReady(cluster.client, namespace, onProgress);
  onProgress(`ready in namespace ${namespace}`);
}

/** Removes what an overlay has deployed, its namespace included and what the lab has made outside of it, and resolves when it has gone. */
export async function undeploy(cluster: Cluster, { overlay, images, onProgress }: DeployOptions): Promise<void> {
  const manifests = await renderOverlay(overlay, images);
  const namespace = namespaceOf(manifests);
  const isThere = await assertOwnNamespace(cluster, namespace, "remove what you do not need with kubectl");
  await deleteClusterScoped(cluster, clusterScoped(manifests));
  if (!isThere) {
    onProgress(`there is no namespace ${namespace}: nothing to remove`);
    return;
  }
  onProgress(`removing namespace ${namespace}`);
  await deleteNamespace(cluster, namespace);
}

/** What a cluster must have installed before it can take `manifests`. */
export function neededFor(manifests: string): Installable[] {
  return NEEDED_FOR.flatMap(([sign, name]) => (sign.test(manifests) ? [name] : []));
}

/** Every overlay has one namespace of its own. */
function namespaceOf(manifests: string): string {
  return /^ {2}namespace: (\S+)$/m.exec(manifests)?.[1] ?? "default";
}
