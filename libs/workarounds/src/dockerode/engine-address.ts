import type Dockerode from "dockerode";

/**
 * The address that a dockerode speaks to, as DOCKER_HOST has it. dockerode 5.0 keeps it in its untyped `modem` and tells it nowhere else; who starts
 * another client of the same engine (the `docker` command) needs it.
 * Source: https://docs.docker.com/reference/cli/docker/#environment-variables
 */
export function engineAddress({ modem }: Pick<Dockerode, "modem">): string {
  const { socketPath, protocol, username, host, port } = modem as EngineOptions;
  if (typeof socketPath === "string") return `unix://${socketPath}`;
  if (protocol === "ssh")
    return `ssh://${username === undefined ? "" : `${username}@`}${host}${port ? `:${port}` : ""}`;
  return `tcp://${host}:${port}`;
}

/** What dockerode was made with. */
interface EngineOptions {
  readonly socketPath?: unknown;
  readonly protocol?: string;
  readonly username?: string;
  readonly host?: string;
  readonly port?: number | string;
}
