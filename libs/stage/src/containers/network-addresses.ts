import { isIPv4 } from "node:net";
import { InputError } from "@grpc-lb-lab/stage-api";

const FIRST_POD = 11;
const LAST_POD = 118;
const FIRST_PART = 2;
const LAST_PART = 5;

/** Half of the pod addresses, for while a rolling update runs a pod may hold two. */
export const MOST_CONTAINER_PODS = (LAST_POD - FIRST_POD + 1) / 2;

/** Who has which address of a deployment's network: 1 is the gateway, 192 to 255 are the engine's to give out. */
export class NetworkAddresses {
  readonly #prefix: string;
  #nextPod = FIRST_POD;
  #nextPart = FIRST_PART;

  /**
   * @param subnet - `172.20.0.0/16`, as the engine chose it.
   * @throws {InputError} when it has fewer than 256 addresses.
   */
  constructor(subnet: string) {
    const [address = "", bits] = subnet.split("/");
    if (!isIPv4(address) || Number(bits) > 24) {
      throw new InputError(
        `the engine gives a network the addresses ${subnet}; the containers stage needs at least 256 IPv4 addresses: set default-address-pools in Docker's daemon.json`,
      );
    }
    this.#prefix = address.split(".").slice(0, 3).join(".");
  }

  /** What the engine may give out by itself. */
  get dynamicRange(): string {
    return `${this.#prefix}.192/26`;
  }

  /** The proxy between. */
  get proxy(): string {
    return `${this.#prefix}.6`;
  }

  /** The client's pod where it has a place of its own: with a proxy beside it. */
  get client(): string {
    return `${this.#prefix}.7`;
  }

  /**
   * An address for a container that stands in for a part of the cluster.
   * @throws when there are more of them than a cluster has parts.
   */
  takePart(): string {
    const host = this.#nextPart;
    this.#nextPart += 1;
    if (host > LAST_PART) throw new Error("a cluster has no more parts that containers stand in for");
    return `${this.#prefix}.${host}`;
  }

  /** A fresh pod address: as in a cluster, one that has gone is not handed out again soon. */
  takePod(): string {
    const host = this.#nextPod;
    this.#nextPod = host === LAST_POD ? FIRST_POD : host + 1;
    return `${this.#prefix}.${host}`;
  }
}
