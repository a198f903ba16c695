import type { Evidence } from "./policy.ts";

/** The most calls that one pod had under way at once. */
export function mostInFlight({ received }: Pick<Evidence, "received">): number {
  return Math.max(0, ...[...received.values()].map((pod) => pod.mostInFlight));
}
