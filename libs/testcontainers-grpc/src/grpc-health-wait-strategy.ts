import { type BoundPorts, getContainerRuntimeClient, type WaitStrategy } from "testcontainers";
import { type Container, containerEnd } from "./container-end.ts";
import { checkOptions, type GrpcHealthOptions } from "./options.ts";
import { untilServing } from "./until-serving.ts";

/** As testcontainers' own strategies have it. */
const STARTUP_TIMEOUT_MS = 60_000;

/** A container is ready when its gRPC health service says SERVING; see `GrpcWait.forHealth`. */
export class GrpcHealthWaitStrategy implements WaitStrategy {
  readonly #port: number;
  readonly #options: GrpcHealthOptions;
  #startupTimeoutMs: number | undefined;

  /** @throws Error naming the port or an option that is wrong. */
  constructor(port: number, options: GrpcHealthOptions = {}) {
    checkOptions(port, options);
    this.#port = port;
    this.#options = options;
  }

  /** How long the container may take; default 60,000. `GenericContainer.withStartupTimeout` sets it, too. */
  withStartupTimeout(startupTimeoutMs: number): this {
    this.#startupTimeoutMs = startupTimeoutMs;
    return this;
  }

  isStartupTimeoutSet(): boolean {
    return this.#startupTimeoutMs !== undefined;
  }

  getStartupTimeout(): number {
    return this.#startupTimeoutMs ?? STARTUP_TIMEOUT_MS;
  }

  /**
   * Called by testcontainers once the container has been started.
   * @throws Error that names the service, the port and the last answer, or what the container said when it ended.
   */
  async waitUntilReady(container: Container, boundPorts: BoundPorts): Promise<void> {
    const { container: containers, info } = await getContainerRuntimeClient();
    const address = `${info.containerRuntime.host}:${this.#hostPort(boundPorts)}`;
    const ended = () => containerEnd(container, containers.logs.bind(containers));
    const waiting = { address, options: this.#options, timeoutMs: this.getStartupTimeout(), ended };
    await untilServing(waiting).catch(({ message }: Error) => {
      throw new Error(`gRPC health of service "${this.#options.service ?? ""}" on port ${this.#port}: ${message}`);
    });
  }

  #hostPort(boundPorts: BoundPorts): number {
    try {
      return boundPorts.getBinding(this.#port);
    } catch (cause) {
      const remedy = `call withExposedPorts(${this.#port})`;
      throw new Error(`gRPC health on port ${this.#port}: the container does not expose that port; ${remedy}`, {
        cause,
      });
    }
  }
}
