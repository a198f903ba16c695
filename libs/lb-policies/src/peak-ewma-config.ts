import type { experimental } from "@grpc/grpc-js";
import { readFields, refused } from "./policy-config.ts";

/** The policy's name. gRPC has no such policy, and so no name for it. */
export const PEAK_EWMA = "peak_ewma";

/** That of Finagle and Linkerd. */
const DEFAULT_DECAY_MS = 10_000;

/**
 * The settings of `peak_ewma`: `decayMs`, the time in which the weight of what was measured falls to 1/e (37 %). 10,000 if it is not given, as in
 * Finagle and Linkerd.
 */
export class PeakEwmaConfig implements experimental.TypedLoadBalancingConfig {
  readonly decayMs: number;

  constructor(decayMs = DEFAULT_DECAY_MS) {
    this.decayMs = decayMs;
  }

  getLoadBalancerName(): string {
    return PEAK_EWMA;
  }

  toJsonObject(): object {
    return { [PEAK_EWMA]: { decayMs: this.decayMs } };
  }

  /** @throws Error naming the field, its value and what is allowed. */
  static createFromJson(json: unknown): PeakEwmaConfig {
    const { decayMs = DEFAULT_DECAY_MS } = readFields(PEAK_EWMA, json);
    if (typeof decayMs !== "number" || !Number.isFinite(decayMs) || decayMs <= 0)
      throw refused(PEAK_EWMA, `decayMs is ${JSON.stringify(decayMs)}, but must be a number of milliseconds above 0`);
    return new PeakEwmaConfig(decayMs);
  }
}
