import { deleteNamespace } from "../deploy/delete-namespace.ts";
import { DeployError } from "../deploy/deploy-error.ts";
import type { Kubectl } from "../deploy/kubectl.ts";
import type { ImageSource } from "../deploy/overlay.ts";
import { preflight } from "../deploy/preflight.ts";
import { untilReady } from "../deploy/readiness.ts";
import { chartArguments, HelmError, helm } from "./chart.ts";

/** A mode's release, and where it is. */
export interface ReleaseOptions {
  readonly mode: string;
  /** Default of the make targets: `lab-<mode>`, as for `make deploy-<mode>`. */
  readonly namespace: string;
  readonly images: ImageSource;
  readonly onProgress: (what: string) => void;
}

/** One per namespace; objects are not named for it. */
const RELEASE = "lab";
const PART_OF = "app.kubernetes.io/part-of";
/** As `helm test` tells of each test, a line for each field. */
const FAILED_TEST = /^TEST SUITE: +(\S+)\n(?:(?!TEST SUITE).*\n)*?Phase: +Failed$/gm;
const TEST_TIMEOUT = "180s";

/**
 * Makes the namespace with the labels that the mode needs, installs or upgrades the release in it, and resolves with the chart's notes when
 * every Deployment is ready.
 */
export async function deployChart(kubectl: Kubectl, options: ReleaseOptions): Promise<string> {
  const { namespace, mode, images, onProgress } = options;
  await refuseForeign(kubectl, namespace);
  const chart = [RELEASE, ...chartArguments(mode, images), "--namespace", namespace];
  const labelled = await helm(["template", ...chart, ...onlyNamespace(await clusterVersion(kubectl))]);
  await preflight(kubectl, labelled);
  await kubectl.run(["apply", "-f", "-"], labelled);
  await helm(["upgrade", "--install", ...chart, "--kube-context", kubectl.context, ...(await asTheChartSays())]);
  await untilReady(kubectl, namespace, onProgress);
  onProgress(`ready in namespace ${namespace}`);
  return helm(["get", "notes", ...at(kubectl, namespace)]);
}

/** A release does not do what its mode promises. */
export class ReleaseTestError extends Error {}

/**
 * Runs the chart's tests. Resolves with what Helm says of them.
 * @throws {ReleaseTestError} when a test fails, with the way to what it saw; its pod stays. {@link DeployError} when none can be run.
 */
export async function testRelease(kubectl: Kubectl, { namespace }: ReleaseOptions): Promise<string> {
  await preflight(kubectl, "");
  try {
    // Not --logs: Helm 3 asks for the log of a pod when it has deleted it.
    const output = await helm(["test", ...at(kubectl, namespace), "--timeout", TEST_TIMEOUT]);
    return output.replace(/^NOTES:$.*/ms, "").trim(); // Helm 3 repeats them.
  } catch (error) {
    const failed = error instanceof HelmError ? [...error.output.matchAll(FAILED_TEST)].map(([, pod]) => pod) : [];
    if (failed.length === 0) throw error;
    const logs = `kubectl --context ${kubectl.context} -n ${namespace} logs --all-containers --tail=20`;
    throw new ReleaseTestError(failed.map((pod) => `${pod} failed; what it saw: ${logs} ${pod}`).join("\n"));
  }
}

/** Uninstalls the release and deletes its namespace, and resolves when both have gone. Neither needs to be there. */
export async function undeployChart(kubectl: Kubectl, { namespace, onProgress }: ReleaseOptions): Promise<void> {
  await refuseForeign(kubectl, namespace);
  onProgress(`removing the release and namespace ${namespace}`);
  await helm(["uninstall", ...at(kubectl, namespace), "--ignore-not-found", "--wait"]);
  await deleteNamespace(kubectl, namespace);
}

/** Helm 4 would refuse what `kubectl scale` has changed since, a conflict of server-side apply; Helm 3, which does not know that, puts it back. */
async function asTheChartSays(): Promise<string[]> {
  const version = await helm(["version", "--template", "{{.Version}}"]);
  return /^v?3\./.test(version) ? [] : ["--server-side=true", "--force-conflicts"];
}

/** What is there is only labelled, and deleted, when the lab has made it. */
async function refuseForeign(kubectl: Kubectl, namespace: string): Promise<void> {
  const existing = await kubectl.get(["namespace", namespace]);
  if (existing === undefined || existing.metadata.labels?.[PART_OF] === "grpc-lb-lab") return;
  throw new DeployError(
    `the namespace ${namespace} is not the lab's (it has no label ${PART_OF}=grpc-lb-lab): name another by NAMESPACE=, or use helm itself`,
  );
}

function at(kubectl: Kubectl, namespace: string): string[] {
  return [RELEASE, "--namespace", namespace, "--kube-context", kubectl.context];
}

function onlyNamespace(version: string): string[] {
  return ["--set", "namespace.render=true", "--show-only", "templates/namespace.yaml", "--kube-version", version];
}

/** Helm would assume one of its own: the chart is picky. */
async function clusterVersion(kubectl: Kubectl): Promise<string> {
  return JSON.parse(await kubectl.run(["get", "--raw", "/version"])).gitVersion;
}
