import type { EnvoyBootstrap } from "@grpc-lb-lab/envoy";
import { type ContainersContext, ENVOY_ADMIN_PORT } from "./containers-launch.ts";
import type { ContainerPlace } from "./lab-container.ts";
import { startWatchedContainer, type WatchedContainer } from "./watched-container.ts";

/** An Envoy in a container. */
export interface EnvoyContainerOptions {
  readonly name: string;
  /** Its admin interface must listen on every address at {@link ENVOY_ADMIN_PORT}. */
  readonly config: EnvoyBootstrap;
  readonly place: ContainerPlace;
  /** Ports that are published for those who share its place. */
  readonly publishedPorts?: readonly number[];
  readonly extraHosts?: readonly string[];
}

/** Starts an Envoy; it is ready once its listeners are there. One worker, for each balances for itself. */
export function startEnvoyContainer(
  context: ContainersContext,
  options: EnvoyContainerOptions,
): Promise<WatchedContainer> {
  const { config, publishedPorts = [], ...rest } = options;
  const settings = ["--disable-hot-restart", "--concurrency", "1", "--log-level", "warning"];
  return startWatchedContainer(
    context,
    {
      ...rest,
      image: context.images.envoy,
      command: ["--config-yaml", JSON.stringify(config), ...settings],
      publishedPorts: [...publishedPorts, ENVOY_ADMIN_PORT],
    },
    { port: ENVOY_ADMIN_PORT, path: "/ready" },
  );
}
