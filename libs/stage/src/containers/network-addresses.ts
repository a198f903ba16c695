import { isIPv4 } from "node:net";
import { InputError } from "../input-error.ts";

const FIRST_POD = 11;
const LAST_POD = 118;

/** Half of the pod addresses, for while a rolling update runs a pod may hold two. */
export const MOST_CONTAINER_PODS = (LAST_POD - FIRST_POD + 1) / 2;

/** Who has which address of a deployment's network: 1 is the gateway, 192 to 255 are the engine's to give out. */
export class NetworkAddresses {
  readonly #prefix: string;
  #nextPod = FIRST_POD;

  /**
   * @param subnet - `172.20.0.0/16`, as the engine chose it.
   * @throws {InputError} when it has fewer than 256 addresses.
   */
  constructor(subnet: string) {
    const [address = "", bits] = subnet.split("/");
    if (!isIPv4(address) || Number(bits) > 24) {
      throw new InputError(
        `the engine's networks have addresses as in ${subnet}; the containers stage needs IPv4 and 256 of them: see default-address-pools in Docker's daemon.json`,
      );
    }
    this.#prefix = address.split(".").slice(0, 3).join(".");
  }

  /** What the engine may give out by itself. */
  get dynamicRange(): string {
    return `${this.#prefix}.192/26`;
  }

  /** The container that stands in for a part of the cluster. */
  get cluster(): string {
    return `${this.#prefix}.2`;
  }

  /** The proxy of mode `envoy`. */
  get proxy(): string {
    return `${this.#prefix}.6`;
  }

  /** The client's pod in mode `sidecar`. */
  get client(): string {
    return `${this.#prefix}.7`;
  }

  /** A fresh pod address: as in a cluster, one that has gone is not handed out again soon. */
  takePod(): string {
    const host = this.#nextPod;
    this.#nextPod = host === LAST_POD ? FIRST_POD : host + 1;
    return `${this.#prefix}.${host}`;
  }
}
