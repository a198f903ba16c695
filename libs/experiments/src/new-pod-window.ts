import { balancerOf, isPinned } from "@grpc-lb-lab/modes";
import type { Path, TimeWindow } from "@grpc-lb-lab/stage-api";

/** How long after its readiness a new pod may stay without calls; undefined: nothing tells the client of it while its connections live. */
export function newPodWindow(path: Path): TimeWindow | undefined {
  return isPinned(path) ? undefined : balancerOf(path).learn.newPod;
}
