import { sidecarBootstrap } from "@grpc-lb-lab/control-plane";
import type { FoundProgram } from "@grpc-lb-lab/stage-api";
import { CLIENT_ZONE, REGION } from "../../deployment/backend-service.ts";
import type { LocalContext, PodPlace } from "../local-context.ts";
import { startWatchedEnvoy, type WatchedEnvoy } from "../watched-envoy.ts";
import type { Mesh } from "./mesh.ts";

/** What stands in for Istio where proxies take its configuration, in words. */
export const SIMULATED_ISTIO_AND_IPTABLES = [
  "istiod: the lab's own control plane, without mTLS",
  "iptables: the client's Envoy listens at the Service's address, each pod's Envoy at the pod's address",
] as const;

/** The client takes no calls, but a workload has an inbound port. */
const UNUSED_PORT = 3_000;

/** The Envoys beside the client and beside each pod, all configured by the control plane. */
export class Sidecars implements AsyncDisposable {
  readonly #context: LocalContext;
  readonly #binary: FoundProgram;
  readonly #mesh: Mesh;
  #ofClient: WatchedEnvoy | undefined;

  constructor(context: LocalContext, binary: FoundProgram, mesh: Mesh) {
    this.#context = context;
    this.#binary = binary;
    this.#mesh = mesh;
  }

  /** Starts a pod's; it has the pod's own address, and the application listens behind it. */
  async besidePod(pod: PodPlace): Promise<AsyncDisposable> {
    const { grpcPort: port } = this.#context.addresses;
    const labels = { app: "backend", version: pod.version };
    this.#mesh.addWorkload({ address: pod.ip, port, appAddress: this.appHost(pod), appPort: port, labels });
    const proxy = await this.#start(pod, labels);
    return {
      [Symbol.asyncDispose]: async () => {
        await proxy.stop();
        this.#mesh.removeWorkload(pod.ip);
      },
    };
  }

  /** Where a pod's application listens. */
  appHost({ ip }: Pick<PodPlace, "ip">): string {
    return this.#context.addresses.behindProxy(ip);
  }

  /** Starts the client's, once the pods are ready. */
  async besideClient(): Promise<void> {
    const { proxy: ip } = this.#context.addresses;
    // It carries the client's calls only: nothing listens behind its inbound side.
    const [unused, labels] = [{ port: UNUSED_PORT, appAddress: ip, appPort: UNUSED_PORT }, { app: "client" }];
    this.#mesh.addWorkload({ address: ip, ...unused, outbound: true, labels });
    this.#ofClient = await this.#start({ name: "client", ip, zone: CLIENT_ZONE }, labels);
  }

  /** Stops the client's; each pod's ends with its pod. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ofClient?.stop();
  }

  #start(
    { name, ip, zone }: Omit<PodPlace, "version">,
    labels: Readonly<Record<string, string>>,
  ): Promise<WatchedEnvoy> {
    const { addresses, namespace } = this.#context;
    const config = sidecarBootstrap({
      controlPlane: { host: addresses.xds, port: addresses.xdsPort },
      admin: { host: ip, port: addresses.proxyAdminPort },
      nodeIp: ip,
      pod: name,
      namespace,
      labels,
      locality: { region: REGION, zone },
    });
    return startWatchedEnvoy(this.#context, { binary: this.#binary, config, name: `sidecar of ${name}` });
  }
}
