import { type EndSurroundings, watchEnd } from "../deployment/watch-end.ts";
import { type ReadyProcessOptions, startReadyProcess } from "./ready-process.ts";

/** What a process has to end what it has under way, as Envoy and nginx do at SIGTERM. */
const GRACE_MS = 5_000;

/**
 * Starts a process that is no pod, until it is disposed. Should it end before, that becomes a problem of the deployment.
 * @throws {InputError} with its last words when it ends or does not become ready in time.
 */
export async function startWatchedProcess(options: ReadyProcessOptions & EndSurroundings): Promise<AsyncDisposable> {
  const process = await startReadyProcess(options);
  const ended = process.exited.then((end) => (typeof end === "number" ? `exit code ${end}` : end));
  const endIsAskedFor = watchEnd(options.what, ended, options);
  const dispose = async () => {
    endIsAskedFor();
    await process.terminate(GRACE_MS);
  };
  return { [Symbol.asyncDispose]: dispose };
}
