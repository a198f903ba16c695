import type { status } from "@grpc/grpc-js";
import type { EndpointLoad } from "./endpoint-load.ts";

/** How a policy chooses between endpoints, and what it learns from calls that end. */
export interface Chooser<Config, Load extends EndpointLoad> {
  /** Takes the settings of a service config; those before no longer count. */
  configure(config: Config): void;
  /** What is known of an endpoint that nothing is known of. */
  newLoad(): Load;
  /** The index of the endpoint for the next call, in a time that does not grow with their number. There is at least one. */
  choose(loads: readonly Load[]): number;
  /** Notes that a call ended `latencyMs` after it had started; its count is down already. */
  ended(load: Load, latencyMs: number, code: status): void;
  /** Whether what is known of an endpoint that has left the list may be forgotten: it makes no difference any more. */
  isForgettable(load: Load): boolean;
}

/** A number from 0 up to 1, without 1: `Math.random`, or a generator with a seed. */
export type Random = () => number;

/** Milliseconds of a clock that never goes back: `performance.now`, or that of a test. */
export type Clock = () => number;
