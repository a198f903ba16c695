import type { Observation } from "./observation.ts";

/** The pods that were not there before the load began. */
export function addedPods({ pods }: Pick<Observation, "pods">): ReadonlySet<string> {
  return new Set(pods.filter(({ first }) => !first).map(({ pod }) => pod));
}
