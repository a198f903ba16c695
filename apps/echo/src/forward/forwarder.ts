import { setMaxListeners } from "node:events";
import type { ForwardEchoRequest } from "@grpc-lb-lab/proto";
import { formatGoDuration } from "../go-duration.ts";
import { type ForwardPlan, forwardPlan } from "./forward-plan.ts";
import type { TargetContext } from "./forward-target.ts";
import { openSender } from "./open-sender.ts";
import { refusal } from "./refusal.ts";
import { runPaced } from "./run-paced.ts";
import type { Sender } from "./sender.ts";

/** The most requests of one ForwardEcho that are under way at a time: Istio's, pkg/test/echo/server/forwarder/executor.go. */
const CONCURRENCY = 20;

/** Calls others on behalf of a caller: ForwardEcho. One of them counts the requests that are under way for all its callers. */
export class Forwarder {
  readonly #context: TargetContext;
  #active = 0;

  constructor(context: TargetContext) {
    this.#context = context;
  }

  /**
   * Sends the requests that a ForwardEcho asks for and resolves with the output of each, in their order. All end when `caller` aborts.
   * @throws {StatusError} UNKNOWN when the request is wrong, when a request failed (after all have ended), or when time is up.
   */
  async forward(request: ForwardEchoRequest, caller: AbortSignal): Promise<string[]> {
    const plan = forwardPlan(request, this.#context);
    using sender = await openSender(plan);
    const timer = new AbortController();
    const timeout = setTimeout(() => timer.abort(), plan.timeoutMs);
    try {
      return await this.#run(plan, sender, AbortSignal.any([caller, timer.signal]));
    } finally {
      clearTimeout(timeout);
    }
  }

  async #run(plan: ForwardPlan, sender: Sender, signal: AbortSignal): Promise<string[]> {
    setMaxListeners(0, signal);
    const outputs = new Array<string>(plan.count).fill("");
    const latenciesMs: number[] = [];
    const errors: Error[] = [];
    if (plan.count > 1) await sender.connect(signal);
    await runPaced({ ...plan, concurrency: CONCURRENCY }, signal, async (id) => {
      const beganMs = performance.now();
      this.#active++;
      try {
        outputs[id] = expected(plan, await sender.send(id, signal, () => this.#active));
        latenciesMs.push(performance.now() - beganMs);
      } catch (error) {
        errors.push(error as Error);
      } finally {
        this.#active--;
      }
    });
    if (latenciesMs.length === plan.count) return outputs;
    if (signal.aborted) throw timedOut(plan, latenciesMs);
    throw refusal(`${errors.length}/${plan.count} requests had errors; first error: ${errors[0]?.message}`);
  }
}

function expected({ expectedResponse }: ForwardPlan, output: string): string {
  if (expectedResponse === undefined || output.includes(expectedResponse)) return output;
  throw new Error(`expect to recv message with ${expectedResponse}, got ${output}. Return EOF`);
}

function timedOut({ timeoutMs, count }: ForwardPlan, latenciesMs: readonly number[]): Error {
  const done = latenciesMs.length;
  const averageMs = latenciesMs.reduce((sum, ms) => sum + ms, 0) / Math.max(1, done);
  const completed = `only ${done}/${count} requests completed (${formatGoDuration(averageMs)} avg)`;
  return refusal(`request set timed out after ${formatGoDuration(timeoutMs)} and ${completed}`);
}
