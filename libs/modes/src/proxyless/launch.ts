import type { Launcher } from "@grpc-lb-lab/stage-api";

/**
 * `proxyless`: the client takes endpoints, policy and retries from the control plane itself. The servers are plain ones here: an
 * XdsServer of grpc-js-xds 1.14 listens on its port at every address of the machine (`tcpServer.listen(port)` in its server.js), so
 * that two pods cannot share one.
 */
export const launchProxyless: Launcher = async (cluster) => {
  const { clientBootstrap } = await cluster.controlPlane();
  const target = `xds:///backend.${cluster.namespace}.svc.cluster.local:${cluster.grpcPort}`;
  return { target, clientEnv: { BACKEND_TARGET: target, GRPC_XDS_BOOTSTRAP_CONFIG: clientBootstrap } };
};
