import { proxylessBootstrap } from "@grpc-lb-lab/control-plane";
import { REGION } from "../../deployment/backend-service.ts";
import { type ContainersContext, type ContainersLauncher, GRPC_PORT } from "../containers-launch.ts";
import { ISTIOD, MeshContainer } from "../mesh-container.ts";

/** `proxyless`: the client takes endpoints, policy and retries from the control plane itself. */
export const launchProxyless: ContainersLauncher = async (context) => {
  const mesh = await MeshContainer.start(context);
  const target = `xds:///backend.${context.namespace}.svc.cluster.local:${GRPC_PORT}`;
  return {
    target,
    clientEnv: { BACKEND_TARGET: target, GRPC_XDS_BOOTSTRAP_CONFIG: JSON.stringify(clientBootstrap(context)) },
    timingNames: ["endpointLagMs"],
    simulated: [
      "istiod and its agents: a container with the lab's own control plane, without mTLS",
      "xDS servers: the pods' servers are plain gRPC servers",
    ],
    cutControlPlane: () => mesh.cutOff(),
  };
};

function clientBootstrap({ session, namespace }: ContainersContext) {
  return proxylessBootstrap({
    controlPlaneUri: ISTIOD,
    nodeIp: session.addresses.client,
    pod: "client",
    namespace,
    locality: { region: REGION, zone: "lab-a" },
  });
}
