import { type EnvoyExit, type StartEnvoyOptions, startEnvoy } from "@grpc-lb-lab/envoy";
import type { ProblemLog } from "../deployment/problem-log.ts";
import type { ChildProcesses } from "./child-processes.ts";

/** An Envoy of a deployment. */
export interface WatchedEnvoy extends AsyncDisposable {
  /** Ends it and resolves when it has ended. */
  stop(): Promise<void>;
}

/** What {@link startWatchedEnvoy} needs of a deployment. */
export interface EnvoySurroundings {
  readonly children: Pick<ChildProcesses, "spawn">;
  readonly signal: AbortSignal;
  readonly problems: ProblemLog;
}

/** Starts an Envoy among a deployment's children. Should it end before it is told to, that becomes a problem of the deployment. */
export async function startWatchedEnvoy(
  { children, signal, problems }: EnvoySurroundings,
  options: Pick<StartEnvoyOptions, "binary" | "config" | "name">,
): Promise<WatchedEnvoy> {
  const envoy = await startEnvoy({ ...options, spawn: children.spawn, signal });
  let stopping = false;
  void envoy.exited.then((exit) => {
    if (stopping || signal.aborted) return;
    problems.add(
      `Envoy ${options.name} ended by itself (${howEnded(exit)}) and is not restarted: calls through it fail`,
    );
  });
  const stop = async () => {
    stopping = true;
    await envoy.stop();
  };
  return { stop, [Symbol.asyncDispose]: stop };
}

function howEnded({ code, signal }: EnvoyExit): string {
  return signal ?? `exit code ${code}`;
}
