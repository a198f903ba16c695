import {
  assertInstalled,
  assertKubernetesVersion,
  assertOwnNamespace,
  type Cluster,
  deleteNamespace,
  HelmError,
  helm,
  untilReady,
} from "@grpc-lb-lab/cluster";
import { chartArguments } from "./chart.ts";
import { neededFor } from "./deploy.ts";
import type { ImageSource } from "./overlay.ts";

/** A mode's release, and where it is. */
export interface ReleaseOptions {
  readonly mode: string;
  /** Default of the make targets: `lab-<mode>`, as for `make deploy-<mode>`. */
  readonly namespace: string;
  readonly images: ImageSource;
  /** See {@link chartArguments}. Default: nothing. */
  readonly set?: string | undefined;
  readonly onProgress: (what: string) => void;
}

/** One per namespace; objects are not named for it. */
const RELEASE = "lab";
/** As `helm test` tells of each test, a line for each field. */
const FAILED_TEST = /^TEST SUITE: +(\S+)\n(?:(?!TEST SUITE).*\n)*?Phase: +Failed$/gm;
const TEST_TIMEOUT = "180s";
const ONLY_NAMESPACE = ["--set", "namespace.render=true", "--show-only", "templates/namespace.yaml"];

/**
 * Makes the namespace with the labels that the mode needs, installs or upgrades the release in it, and resolves with the chart's notes when
 * every Deployment is ready.
 */
export async function deployChart(cluster: Cluster, options: ReleaseOptions): Promise<string> {
  const { namespace, mode, images, set, onProgress } = options;
  const version = await assertKubernetesVersion(cluster.client);
  await assertOwn(cluster, namespace);
  const chart = [RELEASE, ...chartArguments(mode, images, set), "--namespace", namespace];
  // By itself Helm assumes the version it was built for, which the chart's kubeVersion may refuse.
  const offline = ["template", ...chart, "--kube-version", version];
  await assertInstalled(cluster.client, neededFor(await helm(offline)));
  const labelled = await helm([...offline, ...ONLY_NAMESPACE]);
  await cluster.kubectl.run(["apply", "-f", "-"], labelled);
  await helm([
    "upgrade",
    "--install",
    ...chart,
    "--kube-context",
    cluster.kubectl.context,
    ...(await asTheChartSays()),
  ]);
  await untilReady(cluster.client, namespace, onProgress);
  onProgress(`ready in namespace ${namespace}`);
  return helm(["get", "notes", ...at(cluster, namespace)]);
}

/** A release does not do what its mode promises. */
export class ReleaseTestError extends Error {}

/**
 * Runs the chart's tests. Resolves with what Helm says of them.
 * @throws {ReleaseTestError} when a test fails, with the way to what it saw; its pod stays. {@link InputError} when none can be run.
 */
export async function testRelease(cluster: Cluster, { namespace }: ReleaseOptions): Promise<string> {
  try {
    // Not --logs: Helm 3 asks for the log of a pod when it has deleted it.
    const output = await helm(["test", ...at(cluster, namespace), "--timeout", TEST_TIMEOUT]);
    return output.replace(/^NOTES:$.*/ms, "").trim(); // Helm 3 repeats them.
  } catch (error) {
    const failed = error instanceof HelmError ? [...error.output.matchAll(FAILED_TEST)].map(([, pod]) => pod) : [];
    if (failed.length === 0) throw error;
    const logs = `kubectl --context ${cluster.kubectl.context} -n ${namespace} logs --all-containers --tail=20`;
    throw new ReleaseTestError(failed.map((pod) => `${pod} failed; see its logs: ${logs} ${pod}`).join("\n"));
  }
}

/** Uninstalls the release and deletes its namespace, and resolves when both have gone. Neither needs to be there. */
export async function undeployChart(cluster: Cluster, { namespace, onProgress }: ReleaseOptions): Promise<void> {
  await assertOwn(cluster, namespace);
  onProgress(`removing the release and namespace ${namespace}`);
  await helm(["uninstall", ...at(cluster, namespace), "--ignore-not-found", "--wait"]);
  await deleteNamespace(cluster, namespace);
}

/** Helm 4 would refuse what `kubectl scale` has changed since, a conflict of server-side apply; Helm 3, which does not know that, puts it back. */
async function asTheChartSays(): Promise<string[]> {
  const version = await helm(["version", "--template", "{{.Version}}"]);
  return /^v?3\./.test(version) ? [] : ["--server-side=true", "--force-conflicts"];
}

async function assertOwn(cluster: Cluster, namespace: string): Promise<void> {
  await assertOwnNamespace(cluster, namespace, "name another by NAMESPACE=, or use helm itself");
}

function at(cluster: Cluster, namespace: string): string[] {
  return [RELEASE, "--namespace", namespace, "--kube-context", cluster.kubectl.context];
}
