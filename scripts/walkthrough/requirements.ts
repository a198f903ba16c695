import { spawnSync } from "node:child_process";
import { assertIstio, assertKubernetesVersion, type Cluster, hasNamespace } from "@grpc-lb-lab/cluster";
import { InputError } from "@grpc-lb-lab/input-error";
import type { Need, Walkthrough } from "./walkthrough.ts";

/** Programs beside kubectl, and where to get them. */
const PROGRAMS = {
  grpcurl: "https://github.com/fullstorydev/grpcurl",
  jq: "https://jqlang.org",
} as const satisfies Partial<Record<Need, string>>;

/**
 * Sees that a walk-through can begin: the cluster answers and has nothing of an earlier run, whose state its first steps would show.
 * @throws {InputError} that says what is missing or in the way, and the remedy.
 */
export async function meetsRequirements({ namespace, needs }: Walkthrough, cluster: Cluster): Promise<void> {
  for (const need of needs) if (need !== "istio") isInstalled(need);
  await assertKubernetesVersion(cluster.client);
  if (needs.includes("istio")) await assertIstio(cluster.client);
  if (!(await hasNamespace(cluster, namespace))) return;
  throw new InputError(
    `the namespace ${namespace} already exists, perhaps from an earlier run: remove it first with kubectl --context ${cluster.client.context} delete namespace ${namespace}`,
  );
}

function isInstalled(program: keyof typeof PROGRAMS): void {
  if (spawnSync(program, ["--version"], { stdio: "ignore" }).error === undefined) return;
  throw new InputError(`${program} is not installed: ${PROGRAMS[program]}`);
}
