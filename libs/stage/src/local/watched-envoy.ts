import { type EnvoyExit, type StartEnvoyOptions, startEnvoy } from "@grpc-lb-lab/envoy";
import { type EndSurroundings, watchEnd } from "../deployment/watch-end.ts";
import type { ChildProcesses } from "./child-processes.ts";

/** An Envoy of a deployment. */
export interface WatchedEnvoy extends AsyncDisposable {
  /** Ends it and resolves when it has ended. */
  stop(): Promise<void>;
}

/** What {@link startWatchedEnvoy} needs of a deployment. */
export interface EnvoySurroundings extends EndSurroundings {
  readonly children: Pick<ChildProcesses, "spawn">;
}

/** Starts an Envoy among a deployment's children. Should it end before it is told to, that becomes a problem of the deployment. */
export async function startWatchedEnvoy(
  surroundings: EnvoySurroundings,
  options: Pick<StartEnvoyOptions, "binary" | "config" | "name">,
): Promise<WatchedEnvoy> {
  const { children, signal } = surroundings;
  const envoy = await startEnvoy({ ...options, spawn: children.spawn, signal });
  const endIsAskedFor = watchEnd(`Envoy ${options.name}`, envoy.exited.then(howEnded), surroundings);
  const stop = async () => {
    endIsAskedFor();
    await envoy.stop();
  };
  return { stop, [Symbol.asyncDispose]: stop };
}

function howEnded({ code, signal }: EnvoyExit): string {
  return signal ?? `exit code ${code}`;
}
