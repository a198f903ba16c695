import { InputError } from "@grpc-lb-lab/stage-api";
import { engineAddress } from "@grpc-lb-lab/workarounds/engine-address";
import type { ContainerRuntimeClient } from "testcontainers";

/** dockerode, as testcontainers has it. */
export type Docker = ContainerRuntimeClient["container"]["dockerode"];

/**
 * The container engine of this machine, found as testcontainers finds it: `DOCKER_HOST`, Docker's context, the usual sockets.
 * @throws {InputError} without testcontainers or an engine.
 */
export async function connectEngine(): Promise<Docker> {
  const { getContainerRuntimeClient } = await import("testcontainers").catch((error: Error) => {
    const remedy = "the lab's image does not contain it: run the lab from a checkout, where npm install installs it";
    throw new InputError(`the containers stage needs testcontainers (${error.message}); ${remedy}`, { cause: error });
  });
  const client = await getContainerRuntimeClient().catch((error: Error) => {
    const remedy = "install Docker, start it, and check that you may use it (docker info)";
    throw new InputError(`no container engine answers (${error.message}); ${remedy}`, { cause: error });
  });
  return client.container.dockerode;
}

/**
 * Sees that images are there; none is ever pulled.
 * @throws {InputError} that names the first one that is missing.
 */
export async function assertImages(docker: Docker, images: readonly string[]): Promise<void> {
  await Promise.all(
    images.map(async (image) => {
      const failure = await docker
        .getImage(image)
        .inspect()
        .then(
          () => undefined,
          (error: EngineError) => error,
        );
      if (failure?.statusCode === 404) {
        const remedy = `run make images, with DOCKER_HOST=${engineAddress(docker)} if docker uses another engine by default`;
        throw new InputError(`image ${image} is not in the engine at ${engineAddress(docker)}: ${remedy}`);
      }
      if (failure !== undefined) throw failure;
    }),
  );
}

/** What the engine answers when it refuses. */
export interface EngineError extends Error {
  readonly statusCode?: number;
}

/** Statuses of the engine for: it is so already, it is not there, it is being done. */
const GONE_OR_DONE: readonly (number | undefined)[] = [304, 404, 409];

/** Takes it well when what was to be changed has gone already, or is being changed so. */
export async function unlessGone(change: Promise<unknown>): Promise<void> {
  await change.catch((error: EngineError) => {
    if (!GONE_OR_DONE.includes(error.statusCode)) throw error;
  });
}
