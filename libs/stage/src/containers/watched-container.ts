import { NotStartedError } from "@grpc-lb-lab/stage-api";
import { answers, answersHttp2, type Probe } from "../deployment/probes.ts";
import { untilReady } from "../deployment/readiness.ts";
import { watchEnd } from "../deployment/watch-end.ts";
import type { ContainersContext } from "./containers-context.ts";
import type { LabContainer, LabContainerOptions } from "./lab-container.ts";

/** A container of a deployment that is no pod. */
export interface WatchedContainer {
  readonly container: LabContainer;
  /** Resolves when it is ready; rejects with its last words when it does not become so. */
  readonly ready: Promise<void>;
  /** Removes it, which is no problem. */
  stop(): Promise<void>;
}

/** Where a container is seen to be ready: at one of its published ports. */
export interface Watch {
  readonly port: number;
  /** It answers an HTTP GET with 2xx; default: it answers a client of HTTP/2. */
  readonly path?: string;
}

/** Starts a container and resolves when it runs. Should it end before it is told to, that becomes a problem of the deployment. */
export async function startWatchedContainer(
  { session, problems, signal, timings }: ContainersContext,
  options: LabContainerOptions,
  watch: Watch,
): Promise<WatchedContainer> {
  const { name } = options;
  const container = await session.create(options);
  await container.start();
  const exited = container.exited();
  const gone = exited.then(async (code) => {
    signal.throwIfAborted();
    throw new NotStartedError(`container ${name} did not start (${code})`, {
      lastWords: await container.lastWords(),
      hasEnded: true,
    });
  });
  const ready = untilReady({
    what: `container ${name}`,
    probe: probeOf(container.hostAddress(watch.port), watch),
    gone,
    lastWords: () => container.lastWords(),
    deadlineMs: timings.startDeadlineMs,
    signal,
  });
  // That it did not become ready is told by `ready`.
  const ended = ready.then(async () => `exit code ${await exited}`);
  const endIsAskedFor = watchEnd(name, ended, { problems, signal });
  const stop = () => {
    endIsAskedFor();
    return container.remove();
  };
  return { container, ready, stop };
}

function probeOf(address: string, { path }: Watch): Probe {
  return path === undefined ? answersHttp2(address) : answers(`http://${address}${path}`);
}
