import { setTimeout as delay } from "node:timers/promises";
import { engineAddress } from "@grpc-lb-lab/workarounds/engine-address";
import { type Docker, type EngineError, unlessGone } from "./engine.ts";
import { startGuardian } from "./guardian.ts";
import { LabContainer, type LabContainerOptions } from "./lab-container.ts";
import { NetworkAddresses } from "./network-addresses.ts";

/** The label of all that a deployment has in the engine; its value is the deployment's name. */
export const SESSION_LABEL = "grpc-lb-lab.session";
/** Between two looks for what is left. */
const LOOK_AGAIN_MS = 200;
const MOST_LOOKS = 50;
const SUBNET_ATTEMPTS = 10;

/**
 * All containers of a deployment and their network, each with the deployment's name before its own and a label by which they are found
 * again. A guardian process removes them should the lab itself be killed.
 */
export class ContainerSession implements AsyncDisposable {
  readonly name: string;
  readonly addresses: NetworkAddresses;
  readonly docker: Docker;
  readonly #label: string;
  readonly #guardian: AsyncDisposable;
  readonly #creating = new Set<Promise<unknown>>();
  #disposed = false;

  private constructor(
    docker: Docker,
    name: string,
    label: string,
    addresses: NetworkAddresses,
    guardian: AsyncDisposable,
  ) {
    this.docker = docker;
    this.name = name;
    this.addresses = addresses;
    this.#label = label;
    this.#guardian = guardian;
  }

  /** Makes the network of a deployment; `name`, such as `lab-plain-1a2b3c`, must be nobody else's. */
  static async start(docker: Docker, name: string): Promise<ContainerSession> {
    const label = `${SESSION_LABEL}=${name}`;
    const guardian = startGuardian(label, engineAddress(docker));
    try {
      return new ContainerSession(docker, name, label, await createNetwork(docker, name), guardian);
    } catch (error) {
      await removeNetworks(docker, label);
      await guardian[Symbol.asyncDispose]();
      throw error;
    }
  }

  /**
   * Makes a container, which does not run yet.
   * @throws Error after the disposal: nothing may be made that nobody would remove.
   */
  async create(options: LabContainerOptions): Promise<LabContainer> {
    if (this.#disposed) throw new Error(`container ${options.name} is not created: the deployment has ended`);
    const creating = LabContainer.create(this.docker, { network: this.name, labels: labelsOf(this.name) }, options);
    this.#creating.add(creating);
    try {
      return await creating;
    } finally {
      this.#creating.delete(creating);
    }
  }

  /** Removes all containers and the network; the guardian goes last. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    await Promise.allSettled(this.#creating);
    for (let look = 0; look < MOST_LOOKS; look++) {
      const containers = await this.docker.listContainers({ all: true, filters: { label: [this.#label] } });
      if (containers.length === 0) break;
      if (look > 0) await delay(LOOK_AGAIN_MS);
      const removals = containers.map(({ Id }) => this.docker.getContainer(Id).remove({ force: true, v: true }));
      await Promise.all(removals.map(unlessGone));
    }
    await removeNetworks(this.docker, this.#label);
    await this.#guardian[Symbol.asyncDispose]();
  }
}

function labelsOf(name: string): Record<string, string> {
  return { [SESSION_LABEL]: name };
}

/**
 * The engine gives out single addresses only in a subnet that was asked for, and finds a free subnet only where none was: so it is let
 * find one, which is then asked for. Another network may take it in between.
 */
async function createNetwork(docker: Docker, name: string): Promise<NetworkAddresses> {
  for (let attempt = 1; ; attempt++) {
    const found = await docker.createNetwork({ Name: name, Labels: labelsOf(name) });
    const { IPAM } = (await found.inspect()) as { IPAM?: { Config?: { Subnet?: string }[] } };
    await found.remove();
    const subnet = IPAM?.Config?.[0]?.Subnet ?? "";
    const addresses = new NetworkAddresses(subnet);
    const config = { Subnet: subnet, IPRange: addresses.dynamicRange };
    try {
      await docker.createNetwork({ Name: name, Labels: labelsOf(name), IPAM: { Config: [config] } });
      return addresses;
    } catch (error) {
      if (attempt === SUBNET_ATTEMPTS || !/overlap/i.test((error as EngineError).message)) throw error;
    }
  }
}

async function removeNetworks(docker: Docker, label: string): Promise<void> {
  const networks = await docker.listNetworks({ filters: { label: [label] } });
  await Promise.all(networks.map(({ Id }) => unlessGone(docker.getNetwork(Id).remove())));
}
