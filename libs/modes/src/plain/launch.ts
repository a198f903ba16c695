import type { Launcher } from "@grpc-lb-lab/stage-api";

/** `plain`: the client calls the Service's one address. */
export const launchPlain: Launcher = async (cluster) => {
  const target = await cluster.service();
  return { target, clientEnv: { BACKEND_TARGET: target, BACKEND_LB_POLICY: "pick_first" } };
};
