import { untilReady } from "../deployment/readiness.ts";
import { InputError } from "../input-error.ts";
import type { ContainersContext } from "./containers-launch.ts";
import type { LabContainer, LabContainerOptions } from "./lab-container.ts";

/** A container of a deployment that is no pod. */
export interface WatchedContainer {
  readonly container: LabContainer;
  /** Resolves when it is ready; rejects with its last words when it does not become so. */
  readonly ready: Promise<void>;
  /** Removes it, which is no problem. */
  stop(): Promise<void>;
}

/** Starts a container and resolves when it runs. Should it end before it is told to, that becomes a problem of the deployment. */
export async function startWatchedContainer(
  { session, problems, signal, timings }: ContainersContext,
  options: LabContainerOptions,
  probe: { readonly port: number; readonly path: string },
): Promise<WatchedContainer> {
  const container = await session.create(options);
  await container.start();
  let stopping = false;
  const exited = container.exited();
  const gone = exited.then(async (code) => {
    signal.throwIfAborted();
    throw new InputError(`container ${options.name} did not start (${code}): ${await container.lastWords()}`);
  });
  const ready = untilReady({
    what: `container ${options.name}`,
    url: `http://${container.hostAddress(probe.port)}${probe.path}`,
    gone,
    lastWords: () => container.lastWords(),
    deadlineMs: timings.startDeadlineMs,
    signal,
  });
  const watch = async () => {
    await ready;
    const code = await exited;
    if (stopping || signal.aborted) return;
    problems.add(`${options.name} ended by itself (exit code ${code}) and is not restarted: calls through it fail`);
  };
  watch().catch(() => {}); // That it did not become ready is told by `ready`.
  const stop = () => {
    stopping = true;
    return container.remove();
  };
  return { container, ready, stop };
}
