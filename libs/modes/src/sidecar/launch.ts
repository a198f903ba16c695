import type { Launcher } from "@grpc-lb-lab/stage-api";

/** `sidecar`: an Envoy beside the client and beside each pod, all configured by the control plane; the client calls the Service. */
export const launchSidecar: Launcher = async (cluster) => {
  const target = await cluster.sidecars();
  return { target, clientEnv: { BACKEND_TARGET: target, BACKEND_LB_POLICY: "pick_first" } };
};
