import type { Launcher } from "@grpc-lb-lab/stage-api";

/** `headless`: gRPC asks DNS itself and balances over the addresses. */
export const launchHeadless: Launcher = async (cluster) => {
  const { target, env } = await cluster.headlessDns();
  return { target, clientEnv: { BACKEND_TARGET: target, BACKEND_LB_POLICY: "round_robin", ...env } };
};
