import { forwardTargets } from "../../deployment/backend-service.ts";
import { ClusterContainer } from "../cluster-container.ts";
import { type ContainersLauncher, GRPC_PORT } from "../containers-launch.ts";

/** `plain`: a ClusterIP Service, that is a random ready pod for each connection. */
export const launchPlain: ContainersLauncher = async (context) => {
  const kubeProxy = await ClusterContainer.start(context, {
    service: "forwarder",
    alias: "backend",
    state: (endpoints) => ({ targets: forwardTargets(endpoints, GRPC_PORT) }),
  });
  const target = `backend:${GRPC_PORT}`;
  return {
    target,
    clientEnv: { BACKEND_TARGET: target, BACKEND_LB_POLICY: "pick_first" },
    timingNames: ["endpointLagMs"],
    simulated: ["kube-proxy: a container with a TCP forwarder that picks a random ready pod for each connection"],
    // The forwarder is the nodes' rules, too, and those stay.
    cutControlPlane: () => kubeProxy.keepUninformed(),
  };
};
