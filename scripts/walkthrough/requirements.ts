import { spawnSync } from "node:child_process";
import { DeployError } from "../deploy/deploy-error.ts";
import type { Kubectl } from "../deploy/kubectl.ts";
import { istioIsReady } from "../deploy/preflight.ts";
import type { Walkthrough } from "./walkthrough.ts";

/** Programs beside kubectl, and where to get them. */
const PROGRAMS = {
  grpcurl: "https://github.com/fullstorydev/grpcurl",
  jq: "https://jqlang.org",
} as const;

/** What a walk-through may need beside a cluster and kubectl. */
export type Need = "istio" | keyof typeof PROGRAMS;

/**
 * Sees that a walk-through can begin: the cluster answers and has nothing of an earlier run, whose state its first steps would show.
 * @throws {DeployError} that says what is missing or in the way, and the remedy.
 */
export async function meetsRequirements({ namespace, needs }: Walkthrough, kubectl: Kubectl): Promise<void> {
  for (const need of needs) if (need !== "istio") isInstalled(need);
  await kubectl.run(["get", "--raw", "/readyz"]);
  if (needs.includes("istio")) await istioIsReady(kubectl);
  if ((await kubectl.get(["namespace", namespace])) === undefined) return;
  throw new DeployError(
    `there is a namespace ${namespace} already, of an earlier run maybe: remove it first with kubectl --context ${kubectl.context} delete namespace ${namespace}`,
  );
}

function isInstalled(program: keyof typeof PROGRAMS): void {
  if (spawnSync(program, ["--version"], { stdio: "ignore" }).error === undefined) return;
  throw new DeployError(`${program} is not installed: ${PROGRAMS[program]}`);
}
