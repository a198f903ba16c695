import { proxylessBootstrap } from "@grpc-lb-lab/control-plane";
import { REGION } from "../../deployment/backend-service.ts";
import type { LaunchContext, Launcher } from "../launcher.ts";
import { Mesh } from "../mesh.ts";

/**
 * `proxyless`: the client takes endpoints, policy and retries from the control plane itself. The servers are plain ones here: an
 * XdsServer of grpc-js-xds 1.14 listens on its port at every address of the machine (`tcpServer.listen(port)` in its server.js), so
 * that two pods cannot share one.
 */
export const launchProxyless: Launcher = async (context) => {
  const { addresses, namespace } = context;
  const mesh = await Mesh.start(context);
  const target = `xds:///backend.${namespace}.svc.cluster.local:${addresses.grpcPort}`;
  return {
    target,
    clientEnv: { BACKEND_TARGET: target, GRPC_XDS_BOOTSTRAP_CONFIG: clientBootstrap(context) },
    timingNames: [],
    simulated: [
      "istiod and its agents: the lab's own control plane, without mTLS",
      "xDS servers: the pods' servers are plain gRPC servers",
    ],
    [Symbol.asyncDispose]: () => mesh[Symbol.asyncDispose](),
  };
};

function clientBootstrap({ addresses, namespace }: LaunchContext): string {
  return JSON.stringify(
    proxylessBootstrap({
      controlPlaneUri: `${addresses.xds}:${addresses.xdsPort}`,
      nodeIp: addresses.proxy,
      pod: "client",
      namespace,
      locality: { region: REGION, zone: "lab-a" },
    }),
  );
}
