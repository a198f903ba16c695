import type { ApplicationFault, Deployment } from "@grpc-lb-lab/stage-api";

/** Gives every pod a fault. */
export async function faultEveryPod(deployment: Deployment, fault: ApplicationFault): Promise<void> {
  await Promise.all(deployment.pods().map(({ name }) => deployment.fault(name, fault)));
}
