import type { Deployment } from "@grpc-lb-lab/stage-api";

/** The first pod of a mode without a proxy beside it, past whatever balances. */
export function directTarget(deployment: Deployment): string {
  const [pod] = deployment.pods();
  if (pod === undefined) throw new Error(`mode ${deployment.mode} runs without a pod`);
  return `${pod.ip}:${deployment.target.split(":").at(-1)}`;
}
