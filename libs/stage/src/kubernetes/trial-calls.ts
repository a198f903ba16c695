import { InputError } from "../input-error.ts";
import { followLoad } from "../load/load-program.ts";
import type { LoadRun } from "../stage.ts";
import { executeInPod } from "./client-pod.ts";
import type { KubeClient } from "./kube-client.ts";

/** How long a change of configuration may take to reach every proxy and client. */
const DEADLINE_MS = 60_000;
const PER_SECOND = 10;
/** So many calls in a row show that every pod has it: each is picked several times. */
const IN_A_ROW = 20;
/** A call that waits for a connection that cannot be had has failed. */
const CALL_DEADLINE_MS = 1_000;
const WARM_UP = { distinctPods: 1, calls: 1, maxMs: CALL_DEADLINE_MS };

/** Where trial calls come from. */
export interface TrialCallsOptions {
  readonly client: KubeClient;
  readonly namespace: string;
  readonly pod: string;
}

/** Calls that the client pod makes only to see when a change of configuration has arrived. */
export class TrialCalls {
  readonly #options: TrialCallsOptions;

  constructor(options: TrialCallsOptions) {
    this.#options = options;
  }

  /** Resolves when a call fails. @throws {InputError} when none does in time. */
  untilFailing(signal: AbortSignal): Promise<void> {
    return this.#until("a call to fail", (records) => records.some(({ code }) => code !== 0), signal);
  }

  /** Resolves when the last {@link IN_A_ROW} calls have been answered. @throws {InputError} when they are not in time. */
  untilAnswered(signal: AbortSignal): Promise<void> {
    const areAnswered = (records: LoadRun["records"]) =>
      records.length >= IN_A_ROW && records.slice(-IN_A_ROW).every(({ code }) => code === 0);
    return this.#until(`${IN_A_ROW} calls in a row to be answered`, areAnswered, signal);
  }

  async #until(what: string, isSo: (records: LoadRun["records"]) => boolean, signal: AbortSignal): Promise<void> {
    const { client, namespace, pod } = this.#options;
    const late = AbortSignal.timeout(DEADLINE_MS);
    const end = AbortSignal.any([signal, late]);
    const command = ["lab", "load", "--attached", "--env", `BACKEND_DEADLINE_MS=${CALL_DEADLINE_MS}`];
    const program = await executeInPod(client, namespace, pod, command);
    try {
      await using calls = await followLoad(program, { rate: PER_SECOND, clients: 1, warmUp: WARM_UP }, end);
      await calls.waitFor(isSo, end);
    } catch (error) {
      signal.throwIfAborted();
      if (!late.aborted) throw error;
      throw new InputError(
        `waited for ${what} in namespace ${namespace} after a change of mutual TLS: it did not come within ${DEADLINE_MS / 1_000} s; see istioctl --context ${client.context} proxy-status`,
        { cause: error },
      );
    }
  }
}
