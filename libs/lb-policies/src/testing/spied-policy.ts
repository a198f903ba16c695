import type { Policy } from "../endpoint-balancer.ts";
import type { EndpointLoad } from "../endpoint-load.ts";
import { LeastRequest } from "../least-request.ts";
import { LeastRequestConfig } from "../least-request-config.ts";

/** Least request under another name, with the loads that it made and the ends that it was told of. */
interface SpiedPolicy extends Policy<LeastRequestConfig, EndpointLoad> {
  readonly loads: EndpointLoad[];
  /** The codes of calls that ended. */
  readonly ends: number[];
  /** For each pick how many calls counted just before it. */
  readonly picks: number[];
  /** Called in each pick. */
  onPick: (() => void) | undefined;
  /** Calls that count at this moment, of all endpoints. */
  inFlight(): number;
}

/** @param choose takes the place of least request's choice. */
export function spiedPolicy(
  name: string,
  choose?: (loads: readonly EndpointLoad[]) => number,
): SpiedPolicy & { readonly Config: typeof LeastRequestConfig } {
  const loads: EndpointLoad[] = [];
  const ends: number[] = [];
  const picks: number[] = [];
  const inFlight = () => loads.reduce((sum, load) => sum + load.inFlight, 0);
  class Spied extends LeastRequest {
    override newLoad(): EndpointLoad {
      const load = super.newLoad();
      loads.push(load);
      return load;
    }
    override choose(of: readonly EndpointLoad[]): number {
      picks.push(inFlight());
      policy.onPick?.();
      return choose?.(of) ?? super.choose(of);
    }
    override ended(_load?: EndpointLoad, _latencyMs?: number, code = -1): void {
      ends.push(code);
    }
  }
  class Config extends LeastRequestConfig {
    override getLoadBalancerName(): string {
      return name;
    }
    static override createFromJson(): Config {
      return new Config();
    }
  }
  const policy: ReturnType<typeof spiedPolicy> = {
    name,
    Config,
    createChooser: () => new Spied(),
    loads,
    ends,
    picks,
    onPick: undefined,
    inFlight,
  };
  return policy;
}
