import { type ChildProcess, type SpawnOptions, spawn as spawnChild } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { adminState } from "./admin-state.ts";
import type { EnvoyBootstrap } from "./bootstrap.ts";
import { envoyArguments } from "./envoy-arguments.ts";
import { type EnvoyExit, type EnvoyProcess, envoyProcess } from "./envoy-process.ts";

/** The call of `child_process.spawn` that {@link startEnvoy} makes. */
export type Spawn = (command: string, args: readonly string[], options: SpawnOptions) => ChildProcess;

/** Which Envoy to start, and how. */
export interface StartEnvoyOptions {
  /** As `ENVOY.find` finds it. */
  readonly binary: { readonly path: string };
  /** See {@link envoyArguments}. */
  readonly config: EnvoyBootstrap;
  /** Names this Envoy in messages. */
  readonly name: string;
  /** Starts the child; default: `child_process.spawn`. For callers that keep a list of all their children. */
  readonly spawn?: Spawn;
  /** Ends the waiting for readiness, and the Envoy with it. Without one, a control plane that never answers is waited for as long as the configuration says. */
  readonly signal?: AbortSignal;
}

const READY_PROBE_INTERVAL_MS = 25;

/**
 * Starts an Envoy and resolves when its admin interface reports LIVE: static listeners are bound, and with xDS the first
 * clusters and listeners have come (or their `initial_fetch_timeout` has passed).
 *
 * The child is a process group of its own (`detached`), so that a Ctrl-C in the terminal reaches only the caller, which stops it.
 * @throws Error naming the Envoy and the reason: a taken port, a refused configuration (Envoy's own last words), an aborted start.
 */
export async function startEnvoy(options: StartEnvoyOptions): Promise<EnvoyProcess> {
  const { name, config, spawn = spawnChild, signal } = options;
  const { address, portValue } = config.admin.address.socketAddress;
  signal?.throwIfAborted();
  // Another Envoy's admin interface on this port would answer LIVE in our Envoy's place.
  await assertPortFree(name, address, portValue);
  const child = spawn(options.binary.path, envoyArguments(config), {
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const envoy = envoyProcess(name, hostPort(address, portValue), child);
  try {
    await untilLive(envoy, signal);
  } catch (error) {
    await envoy.stop();
    throw error;
  }
  return { ...envoy, pid: child.pid ?? 0 };
}

type Starting = Omit<EnvoyProcess, "pid">;

async function untilLive(envoy: Starting, signal: AbortSignal | undefined): Promise<void> {
  const ended = new AbortController();
  const exited = envoy.exited.then((exit) => {
    ended.abort();
    throw new Error(exitMessage(envoy, exit));
  });
  const stop = signal === undefined ? ended.signal : AbortSignal.any([ended.signal, signal]);
  await Promise.race([exited, probe(envoy, stop, signal)]);
}

async function probe(envoy: Starting, stop: AbortSignal, signal: AbortSignal | undefined): Promise<void> {
  let state = "not asked";
  while (!stop.aborted) {
    state = await adminState(envoy.adminAddress, stop);
    if (state === "LIVE") return;
    await delay(READY_PROBE_INTERVAL_MS, undefined, { signal: stop }).catch(() => undefined);
  }
  if (!signal?.aborted) return envoy.exited.then(() => undefined);
  const asked = `http://${envoy.adminAddress}/ready`;
  throw new Error(`Envoy ${envoy.name} was not ready when its start was aborted; ${asked} last said ${state}`, {
    cause: signal.reason,
  });
}

function exitMessage({ name, recentLog }: Starting, { code, signal, error }: EnvoyExit): string {
  if (error !== undefined) return `Envoy ${name} cannot be started: ${error.message}`;
  const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
  const said = recentLog().slice(-5).join("\n  ");
  const taken = /cannot bind '?([^']+?)'?: Address already in use/.exec(said)?.[1];
  const reason = taken === undefined ? "" : `: ${taken} is taken by another program; stop it or choose another port`;
  return `Envoy ${name} ended ${how} before it was ready${reason}. It said:\n  ${said}`;
}

async function assertPortFree(name: string, host: string, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const server = createServer();
  server.once("error", reject);
  server.listen({ host, port, exclusive: true }, () => server.close(() => resolve()));
  await promise.catch((error: NodeJS.ErrnoException) => {
    const remedy = "stop what listens there or choose another port";
    const why = error.code === "EADDRINUSE" ? `is taken; ${remedy}` : `cannot be opened: ${error.message}`;
    throw new Error(`Envoy ${name} cannot start: its admin address ${hostPort(host, port)} ${why}`, { cause: error });
  });
}

function hostPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
