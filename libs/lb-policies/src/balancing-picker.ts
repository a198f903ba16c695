import { experimental } from "@grpc/grpc-js";
import type { CallCounter } from "./call-counter.ts";
import type { EndpointLoad } from "./endpoint-load.ts";
import type { EndpointStates } from "./endpoint-states.ts";

/** Chooses one of the endpoints that are ready at this moment. */
export class BalancingPicker<Load extends EndpointLoad> implements experimental.Picker {
  readonly #endpoints: Pick<EndpointStates<Load>, "loads" | "pickers">;
  readonly #choose: (loads: readonly Load[]) => number;
  readonly #calls: CallCounter<Load>;

  /** @param choose is called with one load or more. */
  constructor(
    endpoints: Pick<EndpointStates<Load>, "loads" | "pickers">,
    choose: (loads: readonly Load[]) => number,
    calls: CallCounter<Load>,
  ) {
    this.#endpoints = endpoints;
    this.#choose = choose;
    this.#calls = calls;
  }

  pick(args: experimental.PickArgs): experimental.PickResult {
    const { loads, pickers } = this.#endpoints;
    // The last one is gone, and the policy is about to say so: the next picker decides.
    if (loads.length === 0) return QUEUE;
    const index = this.#choose(loads);
    const picked = (pickers[index] as experimental.Picker).pick(args);
    if (picked.pickResultType !== experimental.PickResultType.COMPLETE) return picked;
    return this.#calls.count(loads[index] as Load, picked);
  }
}

const QUEUE: experimental.PickResult = {
  pickResultType: experimental.PickResultType.QUEUE,
  subchannel: null,
  status: null,
  onCallStarted: null,
  onCallEnded: null,
};
