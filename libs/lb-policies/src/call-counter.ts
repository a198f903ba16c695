import type { experimental, status } from "@grpc/grpc-js";
import type { Clock } from "./chooser.ts";
import type { EndpointLoad } from "./endpoint-load.ts";

/** Where a picked call is: `picked` counts before its stream exists, `dropped` does not count (yet), `started` counts until it ends. */
type Stage = "picked" | "dropped" | "started" | "ended";

interface Call<Load> {
  readonly load: Load;
  stage: Stage;
  startMs: number;
}

/** Told of each counted call's end. */
type OnEnded<Load> = (load: Load, latencyMs: number, code: status) => void;

/**
 * Counts the calls of each endpoint, from the pick to the end, each exactly once.
 *
 * grpc-js starts a call in a promise's callback after the pick (`LoadBalancingCall.doPick`), so that picks in a burst come before the first
 * `onCallStarted`: a pick counts by itself. But of a picked call that never starts grpc-js tells nothing: it was cancelled, met its deadline, its
 * credentials failed, its stream could not be opened, or the connection was lost and the call is picked again. So picks that have not started when
 * the event loop comes to its next turn no longer count; one that only waits for its credentials counts again when it starts.
 */
export class CallCounter<Load extends EndpointLoad> {
  readonly #now: Clock;
  readonly #onEnded: OnEnded<Load>;
  readonly #nextTurn: (callback: () => void) => void;
  #picked: Call<Load>[] = [];

  /** @param nextTurn runs a callback after all promise callbacks of calls that were just picked; `setImmediate` but in tests. */
  constructor(
    now: Clock,
    onEnded: OnEnded<Load>,
    nextTurn: (callback: () => void) => void = (callback) => void setImmediate(callback),
  ) {
    this.#now = now;
    this.#onEnded = onEnded;
    this.#nextTurn = nextTurn;
  }

  /** Counts a call that `pick` sends to an endpoint, and gives the result that follows it. */
  count(load: Load, pick: experimental.PickResult): experimental.PickResult {
    const call: Call<Load> = { load, stage: "picked", startMs: 0 };
    load.inFlight += 1;
    if (this.#picked.push(call) === 1) this.#nextTurn(() => this.#dropUnstarted());
    // Properties of the object itself, not of a class: outlier_detection copies the result with Object.assign.
    return {
      pickResultType: pick.pickResultType,
      subchannel: pick.subchannel,
      status: pick.status,
      onCallStarted: () => {
        pick.onCallStarted?.();
        this.#start(call);
      },
      onCallEnded: (code, details, trailers) => {
        pick.onCallEnded?.(code, details, trailers);
        this.#end(call, code);
      },
    };
  }

  #dropUnstarted(): void {
    const calls = this.#picked;
    this.#picked = [];
    for (const call of calls) {
      if (call.stage !== "picked") continue;
      call.stage = "dropped";
      call.load.inFlight -= 1;
    }
  }

  #start(call: Call<Load>): void {
    if (call.stage === "started" || call.stage === "ended") return;
    if (call.stage === "dropped") call.load.inFlight += 1;
    call.stage = "started";
    call.startMs = this.#now();
  }

  #end(call: Call<Load>, code: status): void {
    if (call.stage !== "started") return;
    call.stage = "ended";
    call.load.inFlight -= 1;
    this.#onEnded(call.load, this.#now() - call.startMs, code);
  }
}
