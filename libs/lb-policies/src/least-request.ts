import type { Chooser, Random } from "./chooser.ts";
import type { EndpointLoad } from "./endpoint-load.ts";
import type { LeastRequestConfig } from "./least-request-config.ts";

/**
 * gRFC A48's and Envoy's least request for equal weights: of `choiceCount` endpoints, drawn at random and with replacement, the one with the
 * fewest calls in flight; of equal ones the first drawn.
 *
 * @see https://github.com/grpc/proposal/blob/master/A48-xds-least-request-lb-policy.md
 */
export class LeastRequest implements Chooser<LeastRequestConfig, EndpointLoad> {
  readonly #random: Random;
  #choiceCount = 2;

  constructor(random: Random = Math.random) {
    this.#random = random;
  }

  configure({ choiceCount }: LeastRequestConfig): void {
    this.#choiceCount = choiceCount;
  }

  newLoad(): EndpointLoad {
    return { inFlight: 0 };
  }

  choose(loads: readonly EndpointLoad[]): number {
    let best = 0;
    let fewest = Number.POSITIVE_INFINITY;
    for (let draw = 0; draw < this.#choiceCount; draw += 1) {
      const index = Math.floor(this.#random() * loads.length);
      const { inFlight } = loads[index] as EndpointLoad;
      if (inFlight >= fewest) continue;
      best = index;
      fewest = inFlight;
    }
    return best;
  }

  ended(): void {
    // The count is all that matters.
  }

  isForgettable({ inFlight }: EndpointLoad): boolean {
    return inFlight === 0;
  }
}
