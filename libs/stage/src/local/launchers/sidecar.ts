import { sidecarBootstrap } from "@grpc-lb-lab/control-plane";
import type { EnvoyBinary } from "@grpc-lb-lab/envoy";
import { REGION } from "../../deployment/backend-service.ts";
import type { LaunchContext, Launcher, PodPlace } from "../launcher.ts";
import { Mesh } from "../mesh.ts";
import { startWatchedEnvoy, type WatchedEnvoy } from "../watched-envoy.ts";

/** `sidecar`: an Envoy beside the client and beside each pod, all configured by the control plane. */
export const launchSidecar: Launcher = async (context) => {
  const { addresses, envoy } = context;
  const binary = await envoy();
  const mesh = await Mesh.start(context);
  const client: PodPlace = { name: "client", ip: addresses.proxy, zone: "lab-a" };
  let clientProxy: WatchedEnvoy | undefined;
  const target = `${addresses.service}:${addresses.grpcPort}`;
  return {
    target,
    clientEnv: { BACKEND_TARGET: target, BACKEND_LB_POLICY: "pick_first" },
    timingNames: [],
    simulated: [
      "istiod: the lab's own control plane, without mTLS",
      "iptables: the client's Envoy listens at the Service's address, each pod's at the pod's",
    ],
    appHost: ({ ip }) => addresses.behindProxy(ip),
    besidePod: async (pod) => {
      const port = addresses.grpcPort;
      mesh.addWorkload({ address: pod.ip, port, appAddress: addresses.behindProxy(pod.ip), appPort: port });
      const proxy = await startSidecar(context, binary, pod);
      return {
        [Symbol.asyncDispose]: async () => {
          await proxy.stop();
          mesh.removeWorkload(pod.ip);
        },
      };
    },
    podsReady: async () => {
      // It carries the client's calls only: nothing listens behind its inbound side.
      mesh.addWorkload({
        address: client.ip,
        port: UNUSED_PORT,
        appAddress: client.ip,
        appPort: UNUSED_PORT,
        outbound: true,
      });
      clientProxy = await startSidecar(context, binary, client);
    },
    [Symbol.asyncDispose]: async () => {
      await clientProxy?.stop();
      await mesh[Symbol.asyncDispose]();
    },
  };
};

/** The client takes no calls, but a workload has an inbound port. */
const UNUSED_PORT = 3_000;

function startSidecar(
  context: LaunchContext,
  binary: EnvoyBinary,
  { name, ip, zone }: PodPlace,
): Promise<WatchedEnvoy> {
  const { addresses, namespace } = context;
  const config = sidecarBootstrap({
    controlPlane: { host: addresses.xds, port: addresses.xdsPort },
    admin: { host: ip, port: addresses.envoyAdminPort },
    nodeIp: ip,
    pod: name,
    namespace,
    locality: { region: REGION, zone },
  });
  return startWatchedEnvoy(context, { binary, config, name: `sidecar of ${name}` });
}
