import type { Refusal } from "@grpc-lb-lab/stage-api";
import * as v from "valibot";
import type { Endpoint } from "../deployment/endpoint-registry.ts";
import { type ServiceName, STATE_PORT } from "../services/service-names.ts";
import type { ContainersContext } from "./containers-context.ts";
import { StatePush } from "./state-push.ts";
import { startWatchedContainer, type WatchedContainer } from "./watched-container.ts";

/** What stands in for a part of the cluster, and how it is kept up to date. */
export interface ClusterContainerOptions {
  readonly service: ServiceName;
  /** The name by which others in the network know it. */
  readonly alias: string;
  /** What the service is told of the endpoints that are published. */
  readonly state: (endpoints: readonly Endpoint[]) => object;
  /** Told who does not take what it serves; default: that is a problem. */
  readonly refused?: (refusal: Refusal) => void;
}

/** A line of a service's stdout that tells of something that went wrong by itself, or that somebody does not take what it serves. */
const ProblemLine = v.object({
  problem: v.string(),
  refusal: v.optional(v.object({ by: v.string(), reason: v.string() })),
});

/** The container in which `lab serve` stands in for a part of the cluster, told of the endpoints as the registry publishes them. */
export class ClusterContainer {
  /** Its address in the network. */
  readonly ip: string;
  readonly #watched: WatchedContainer;
  readonly #push: StatePush;
  readonly #context: ContainersContext;
  readonly #options: ClusterContainerOptions;

  private constructor(
    ip: string,
    watched: WatchedContainer,
    context: ContainersContext,
    options: ClusterContainerOptions,
  ) {
    const { problems, registry, signal } = context;
    this.ip = ip;
    this.#watched = watched;
    this.#context = context;
    this.#options = options;
    this.#push = new StatePush({
      url: () => `http://${watched.container.hostAddress(STATE_PORT)}/state`,
      refused: (reason) => problems.add(`${options.alias} rejected the state that the stage sent: ${reason}`),
      signal,
    });
    registry.follow(() => this.update());
  }

  /** Starts it and resolves when it is ready. */
  static async start(context: ContainersContext, options: ClusterContainerOptions): Promise<ClusterContainer> {
    const { session, images, seed, problems } = context;
    const ip = session.addresses.takePart();
    const watched = await startWatchedContainer(
      context,
      {
        name: options.alias,
        image: images.lab,
        command: ["serve", options.service],
        env: { SEED: String(seed) },
        place: { ip, aliases: [options.alias] },
        publishedPorts: [STATE_PORT],
      },
      { port: STATE_PORT, path: "/readyz" },
    );
    await watched.ready;
    await watched.container.followLines((line) => {
      const said = v.safeParse(ProblemLine, parsed(line));
      if (!said.success) return;
      const { problem, refusal } = said.output;
      if (refusal === undefined || options.refused === undefined) problems.add(problem);
      else options.refused(refusal);
    });
    return new ClusterContainer(ip, watched, context, options);
  }

  /** Tells it the state as it is now. */
  update(): void {
    this.#push.set(this.#options.state(this.#context.registry.endpoints));
  }

  /** Cuts it off the network: those that listen to it hear nothing more, and are not told why. */
  async cutOff(): Promise<AsyncDisposable> {
    const { container } = this.#watched;
    await container.disconnect();
    return { [Symbol.asyncDispose]: () => container.reconnect() };
  }

  /** It goes on with what it knows and is told nothing. */
  async keepUninformed(): Promise<AsyncDisposable> {
    this.#push.hold(true);
    return { [Symbol.asyncDispose]: async () => this.#push.hold(false) };
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
