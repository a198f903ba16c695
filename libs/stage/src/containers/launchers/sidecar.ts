import { sidecarBootstrap } from "@grpc-lb-lab/control-plane";
import { REGION } from "../../deployment/backend-service.ts";
import { SERVICE_PORTS } from "../../services/service-names.ts";
import {
  ADMIN_PORT,
  APP_PORT_BEHIND_PROXY,
  type ContainersContext,
  type ContainersLauncher,
  ENVOY_ADMIN_PORT,
  GRPC_PORT,
} from "../containers-launch.ts";
import { startEnvoyContainer } from "../envoy-container.ts";
import { CLUSTER_IP, MeshContainer } from "../mesh-container.ts";
import type { WatchedContainer } from "../watched-container.ts";

/** The client takes no calls, but a workload has an inbound port. */
const UNUSED_PORT = 3_000;

/**
 * `sidecar`: an Envoy beside the client and beside each pod, all configured by the control plane. Each Envoy has its pod's place in the
 * network, and keeps it when the application crashes.
 */
export const launchSidecar: ContainersLauncher = async (context) => {
  const { session } = context;
  const mesh = await MeshContainer.start(context);
  const client = { name: "client", zone: "lab-a", ip: session.addresses.client };
  let clientProxy: WatchedContainer | undefined;
  const target = `backend:${GRPC_PORT}`;
  return {
    target,
    clientEnv: { BACKEND_TARGET: target, BACKEND_LB_POLICY: "pick_first" },
    timingNames: ["endpointLagMs"],
    simulated: [
      "istiod: a container with the lab's own control plane, without mTLS",
      "iptables: the client's Envoy listens at the Service's address, each pod's at the pod's",
    ],
    startPodProxy: async ({ name, zone }, ip) => {
      mesh.addWorkload({ address: ip, port: GRPC_PORT, appAddress: "127.0.0.1", appPort: APP_PORT_BEHIND_PROXY });
      const proxy = await startSidecar(context, { name, zone, ip }, { publishedPorts: [ADMIN_PORT] });
      const stop = async () => {
        await proxy.stop();
        mesh.removeWorkload(ip);
      };
      return { ...proxy, stop };
    },
    podsReady: async () => {
      // It carries the client's calls only: nothing listens behind its inbound side.
      const unused = { port: UNUSED_PORT, appAddress: "127.0.0.1", appPort: UNUSED_PORT + 1 };
      mesh.addWorkload({ address: client.ip, ...unused, outbound: true });
      clientProxy = await startSidecar(context, client, { extraHosts: [`backend:${CLUSTER_IP}`] });
      await clientProxy.ready;
    },
    clientPlace: () => {
      if (clientProxy === undefined) throw new Error("the client's sidecar starts after the pods");
      return clientProxy.container;
    },
    cutControlPlane: () => mesh.cutOff(),
  };
};

interface SidecarPlace {
  readonly name: string;
  readonly zone: string;
  readonly ip: string;
}

function startSidecar(
  context: ContainersContext,
  { name, zone, ip }: SidecarPlace,
  options: { readonly publishedPorts?: readonly number[]; readonly extraHosts?: readonly string[] },
): Promise<WatchedContainer> {
  const { session, namespace } = context;
  const config = sidecarBootstrap({
    controlPlane: { host: session.addresses.cluster, port: SERVICE_PORTS["control-plane"] },
    admin: { host: "0.0.0.0", port: ENVOY_ADMIN_PORT },
    nodeIp: ip,
    pod: name,
    namespace,
    locality: { region: REGION, zone },
  });
  return startEnvoyContainer(context, { name: `${name}-sidecar`, config, place: { ip }, ...options });
}
