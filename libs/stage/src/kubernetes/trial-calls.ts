import type { KubeClient } from "@grpc-lb-lab/cluster";
import { type CallRecord, inARow } from "@grpc-lb-lab/measure";
import { InputError } from "@grpc-lb-lab/stage-api";
import { followLoad } from "../load/load-program.ts";
import { executeInPod } from "./client-pod.ts";

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
    return this.#until("no call failed", (records) => records.some(({ code }) => code !== 0), signal);
  }

  /** Resolves when the last {@link IN_A_ROW} calls have been answered. @throws {InputError} when they are not in time. */
  untilAnswered(signal: AbortSignal): Promise<void> {
    const areAnswered = inARow<CallRecord>(IN_A_ROW, ({ code }) => code === 0);
    return this.#until(`fewer than ${IN_A_ROW} calls in a row were answered`, areAnswered, signal);
  }

  async #until(what: string, hasCome: (calls: readonly CallRecord[]) => boolean, signal: AbortSignal): Promise<void> {
    const { client, namespace, pod } = this.#options;
    const late = AbortSignal.timeout(DEADLINE_MS);
    const end = AbortSignal.any([signal, late]);
    const command = ["lab", "load", "--attached", "--env", `BACKEND_DEADLINE_MS=${CALL_DEADLINE_MS}`];
    const program = await executeInPod(client, namespace, pod, command);
    try {
      await using calls = await followLoad(program, { rate: PER_SECOND, clients: 1, warmUp: WARM_UP }, end);
      await calls.waitFor(hasCome, end);
    } catch (error) {
      signal.throwIfAborted();
      if (!late.aborted) throw error;
      throw new InputError(
        `${what} in namespace ${namespace} within ${DEADLINE_MS / 1_000} s after a change of mutual TLS; see istioctl --context ${client.context} proxy-status`,
        { cause: error },
      );
    }
  }
}
