import { InputError } from "@grpc-lb-lab/input-error";
import type { KubeClient } from "./kube-client.ts";

/** What `deploy/` asks of a cluster beyond what every Kubernetes has had for years. */
export interface NeededFeature {
  /** In words. */
  readonly what: string;
  /** As manifests have it. */
  readonly field: string;
  /** The first version that has it without a feature gate, `<major>.<minor>`. */
  readonly since: string;
}

/**
 * The one list: Chart.yaml's `kubeVersion` and the docs follow {@link MINIMUM_KUBERNETES}, as a test sees to. Versions are those from which the
 * feature is on by default: https://kubernetes.io/docs/reference/command-line-tools-reference/feature-gates
 */
export const NEEDED_FEATURES: readonly NeededFeature[] = [
  // KEP-3960. The images have no shell that could sleep. An older API server refuses the Deployments.
  { what: "preStop hooks that sleep", field: "sleep", since: "1.30" },
  // KEP-753. In an older cluster a sidecar ends with the application, not after its drain.
  { what: "native sidecars", field: "sidecar.istio.io/nativeSidecar", since: "1.29" },
  // KEP-3243. Without it the pods of an old revision count when those of a new one are spread over zones.
  { what: "matchLabelKeys of topologySpreadConstraints", field: "matchLabelKeys", since: "1.27" },
  // KEP-3017. Without it a pod that is not ready holds up the drain of a node.
  { what: "unhealthyPodEvictionPolicy of budgets", field: "unhealthyPodEvictionPolicy", since: "1.27" },
];

/** The oldest Kubernetes that the lab runs on: `<major>.<minor>`. */
export const MINIMUM_KUBERNETES: string = NEEDED_FEATURES.map(({ since }) => since).reduce((newest, since) =>
  isOlder(newest, since) ? since : newest,
);

/**
 * Sees that a cluster is not older than {@link MINIMUM_KUBERNETES}, before anything is applied to it, and gives its version.
 * @throws {InputError} with the version found, the version needed, and why.
 */
export async function assertKubernetesVersion(client: KubeClient, signal?: AbortSignal): Promise<string> {
  const found = await kubernetesVersion(client, signal);
  if (!isOlder(found, MINIMUM_KUBERNETES)) return found;
  const missing = NEEDED_FEATURES.filter(({ since }) => isOlder(found, since)).map(({ what }) => what);
  throw new InputError(
    `the cluster of context ${client.context} has Kubernetes ${found}, but the lab needs ${MINIMUM_KUBERNETES} or newer, for ${missing.join(", ")}: upgrade the cluster, or name another context`,
  );
}

/**
 * The version of a cluster's API server, as it tells it: `v1.34.1`, `v1.33.4-gke.1172000`.
 * @throws {InputError} as {@link KubeClient.request}, and where the server names no version.
 */
export async function kubernetesVersion(client: KubeClient, signal?: AbortSignal): Promise<string> {
  const { gitVersion = "" } = await client.get<{ readonly gitVersion?: string }>("/version", signal);
  if (/^v?\d+\.\d+/.test(gitVersion)) return gitVersion;
  throw new InputError(
    `the server of context ${client.context} is not a Kubernetes API server (/version names no version): check the server's address in the kubeconfig file`,
  );
}

/** Compares major and minor alone: features come with minor versions. */
function isOlder(version: string, than: string): boolean {
  const [major = 0, minor = 0] = majorAndMinor(version);
  const [otherMajor = 0, otherMinor = 0] = majorAndMinor(than);
  return major === otherMajor ? minor < otherMinor : major < otherMajor;
}

function majorAndMinor(version: string): number[] {
  return version
    .replace(/^v/, "")
    .split(".")
    .slice(0, 2)
    .map((part) => Number.parseInt(part, 10));
}
