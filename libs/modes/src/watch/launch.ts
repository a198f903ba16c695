import type { Launcher } from "@grpc-lb-lab/stage-api";

/** `watch`: the client lists and watches EndpointSlices at the API server. */
export const launchWatch: Launcher = async (cluster) => {
  const env = await cluster.apiServer();
  const target = "kubernetes:///backend:grpc";
  return { target, clientEnv: { BACKEND_TARGET: target, BACKEND_LB_POLICY: "round_robin", ...env } };
};
