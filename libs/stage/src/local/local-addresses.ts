import type { LocalPorts } from "./local-ports.ts";
import type { LoopbackRange } from "./loopback-range.ts";

/** Who has which address of a deployment's range, and the ports. */
export class LocalAddresses implements LocalPorts {
  readonly grpcPort: number;
  readonly adminPort: number;
  readonly dnsPort: number;
  readonly kubeApiPort: number;
  readonly xdsPort: number;
  readonly proxyAdminPort: number;
  readonly frontendPort: number;
  readonly frontendGrpcPort: number;
  readonly #range: LoopbackRange;
  #nextPod = FIRST_POD;

  constructor(range: LoopbackRange, ports: LocalPorts) {
    this.#range = range;
    this.grpcPort = ports.grpcPort;
    this.adminPort = ports.adminPort;
    this.dnsPort = ports.dnsPort;
    this.kubeApiPort = ports.kubeApiPort;
    this.xdsPort = ports.xdsPort;
    this.proxyAdminPort = ports.proxyAdminPort;
    this.frontendPort = ports.frontendPort;
    this.frontendGrpcPort = ports.frontendGrpcPort;
  }

  get dns(): string {
    return this.#range.address(2);
  }
  get kubeApi(): string {
    return this.#range.address(3);
  }
  get xds(): string {
    return this.#range.address(4);
  }
  /** What the Service's ClusterIP is in a cluster. */
  get service(): string {
    return this.#range.address(5);
  }
  /** The proxy between, or the client's own. */
  get proxy(): string {
    return this.#range.address(6);
  }

  /** The public edge. */
  get frontend(): string {
    return this.#range.address(7);
  }

  /** What the ClusterIP of the Service of one version's pods is in a cluster. */
  serviceOf(version: "v1" | "v2"): string {
    return this.#range.address(version === "v1" ? 8 : 9);
  }

  /** A fresh pod address: as in a cluster, one that has gone is not handed out again soon. */
  takePod(): string {
    const host = this.#nextPod;
    this.#nextPod = host === LAST_POD ? FIRST_POD : host + 1;
    return this.#range.address(host);
  }

  /** The address behind a pod's proxy, where its application listens if it has one. */
  behindProxy(podIp: string): string {
    return this.#range.address(Number(podIp.split(".")[3]) + BEHIND_PROXY);
  }
}

const FIRST_POD = 11;
const LAST_POD = 118;
const BEHIND_PROXY = 120;

/** Half of the pod addresses, for while a rolling update runs a pod may hold two. */
export const MOST_LOCAL_PODS = (LAST_POD - FIRST_POD + 1) / 2;
