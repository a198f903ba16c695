import { sidecarBootstrap } from "@grpc-lb-lab/control-plane";
import { CLIENT_ZONE, REGION } from "../../deployment/backend-service.ts";
import type { PodIdentity } from "../../deployment/workload.ts";
import { SERVICE_PORTS } from "../../services/service-names.ts";
import {
  ADMIN_PORT,
  APP_PORT_BEHIND_PROXY,
  type ContainersContext,
  GRPC_PORT,
  PROXY_ADMIN_PORT,
} from "../containers-context.ts";
import { startEnvoyContainer } from "../envoy-container.ts";
import type { LabContainer } from "../lab-container.ts";
import type { WatchedContainer } from "../watched-container.ts";
import { CLUSTER_IP, type MeshContainer } from "./mesh-container.ts";

/** What stands in for Istio where proxies take its configuration, in words. */
export const SIMULATED_ISTIO_AND_IPTABLES = [
  "istiod: a container with the lab's own control plane, without mTLS",
  "iptables: the client's Envoy listens at the Service's address, each pod's Envoy at the pod's address",
] as const;

/** The client takes no calls, but a workload has an inbound port. */
const UNUSED_PORT = 3_000;

interface SidecarPlace {
  readonly name: string;
  readonly zone: string;
  readonly ip: string;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * The Envoys beside the client and beside each pod, all configured by the control plane. Each has its pod's place in the network, and keeps it
 * when the application crashes.
 */
export class Sidecars {
  readonly #context: ContainersContext;
  readonly #mesh: MeshContainer;
  #ofClient: WatchedContainer | undefined;

  constructor(context: ContainersContext, mesh: MeshContainer) {
    this.#context = context;
    this.#mesh = mesh;
  }

  /** Starts a pod's; resolves when the application can share its place. */
  async besidePod({ name, zone, version }: PodIdentity, ip: string): Promise<WatchedContainer> {
    const labels = { app: "backend", version };
    const app = { port: GRPC_PORT, appAddress: "127.0.0.1", appPort: APP_PORT_BEHIND_PROXY };
    this.#mesh.addWorkload({ address: ip, ...app, labels });
    const proxy = await this.#start({ name, zone, ip, labels }, { publishedPorts: [ADMIN_PORT] });
    const stop = async () => {
      await proxy.stop();
      this.#mesh.removeWorkload(ip);
    };
    return { ...proxy, stop };
  }

  /** Starts the client's, once the pods are ready. */
  async besideClient(): Promise<void> {
    const { client: ip } = this.#context.session.addresses;
    // It carries the client's calls only: nothing listens behind its inbound side.
    const unused = { port: UNUSED_PORT, appAddress: "127.0.0.1", appPort: UNUSED_PORT + 1 };
    const labels = { app: "client" };
    this.#mesh.addWorkload({ address: ip, ...unused, outbound: true, labels });
    const place = { name: "client", zone: CLIENT_ZONE, ip, labels };
    this.#ofClient = await this.#start(place, { extraHosts: [`backend:${CLUSTER_IP}`] });
    await this.#ofClient.ready;
  }

  /** The container whose place in the network clients share. */
  get clientPlace(): LabContainer {
    if (this.#ofClient === undefined) throw new Error("the client's sidecar starts after the pods");
    return this.#ofClient.container;
  }

  #start(
    { name, zone, ip, labels }: SidecarPlace,
    options: { readonly publishedPorts?: readonly number[]; readonly extraHosts?: readonly string[] },
  ): Promise<WatchedContainer> {
    const config = sidecarBootstrap({
      controlPlane: { host: this.#mesh.ip, port: SERVICE_PORTS["control-plane"] },
      admin: { host: "0.0.0.0", port: PROXY_ADMIN_PORT },
      nodeIp: ip,
      pod: name,
      namespace: this.#context.namespace,
      labels,
      locality: { region: REGION, zone },
    });
    return startEnvoyContainer(this.#context, { name: `${name}-sidecar`, config, place: { ip }, ...options });
  }
}
