import { balancerOf } from "@grpc-lb-lab/modes";
import type { Observation } from "./observation.ts";

/**
 * The most of the picks that fall on a pod whose calls fail at once, as a part: 1/n in a rotation, or by lot. Least request prefers such a pod, for it has
 * nothing in flight: it wins whenever it is one of those that are drawn. So may peak EWMA.
 */
export function failingPick({ path, pods }: Pick<Observation, "path" | "pods">): number {
  const { pick } = balancerOf(path);
  const part = 1 / pods.length;
  if (pick.kind === "least request" && pick.withReplacement) return 1 - (1 - part) ** pick.choices;
  if (pick.kind === "least request" || pick.kind === "peak ewma") return Math.min(1, pick.choices * part);
  return part;
}
