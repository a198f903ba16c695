import { waitAtMost } from "@grpc-lb-lab/stage-api";
import type { TrialCourse } from "./policy.ts";

/** A busy machine, and proxies that take one change at a time. */
const MARGIN_MS = 10_000;

/**
 * Adds a pod under load, and resolves once it has answered a call; or as soon as everybody must have heard of it, so that it is seen that it gets none.
 * @param pods - how many there are to be then.
 */
export async function addPod({ deployment, load, abilities, signal }: TrialCourse, pods: number): Promise<void> {
  const known = new Set(deployment.pods().map(({ name }) => name));
  await deployment.scale(pods);
  const added = new Set(deployment.pods().flatMap(({ name }) => (known.has(name) ? [] : [name])));
  await waitAtMost(abilities.pushMs + abilities.dnsNewsMs + MARGIN_MS, signal, (until) =>
    load.waitFor((fresh) => fresh.some(({ pod }) => pod !== undefined && added.has(pod)), until),
  );
}
