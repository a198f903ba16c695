import { ENVOY, type EnvoyBootstrap, envoyArguments } from "@grpc-lb-lab/envoy";
import { type ContainersContext, PROXY_ADMIN_PORT } from "./containers-context.ts";
import type { ContainerPlace } from "./lab-container.ts";
import { startWatchedContainer, type WatchedContainer } from "./watched-container.ts";

/** An Envoy in a container. */
export interface EnvoyContainerOptions {
  readonly name: string;
  /** Its admin interface must listen on every address at {@link PROXY_ADMIN_PORT}. */
  readonly config: EnvoyBootstrap;
  readonly place: ContainerPlace;
  /** Ports that are published for those who share its place. */
  readonly publishedPorts?: readonly number[];
  readonly extraHosts?: readonly string[];
}

/** Starts an Envoy; it is ready once its listeners are there. */
export function startEnvoyContainer(
  context: ContainersContext,
  options: EnvoyContainerOptions,
): Promise<WatchedContainer> {
  const { config, publishedPorts = [], ...rest } = options;
  return startWatchedContainer(
    context,
    {
      ...rest,
      image: context.images.ofProgram(ENVOY.name),
      command: envoyArguments(config),
      publishedPorts: [...publishedPorts, PROXY_ADMIN_PORT],
    },
    { port: PROXY_ADMIN_PORT, path: "/ready" },
  );
}
