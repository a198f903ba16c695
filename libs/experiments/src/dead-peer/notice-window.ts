import { lastL7HopOutsidePod } from "@grpc-lb-lab/modes";
import type { TimeWindow } from "@grpc-lb-lab/stage-api";
import type { Observation } from "../observation.ts";

/** What decides how long a pod's silence shows. */
export type SilenceBasis = Pick<Observation, "path" | "abilities" | "knobs">;

/**
 * How long after a pod has vanished a call may still be sent to it; undefined: as long as Linux holds its connections, about 15 minutes
 * (`tcp_retries2`). Who has the connection to the pod must notice: what merely forwards packets lets the client's pings through, and a proxy
 * answers them itself.
 */
export function noticeWindow(basis: SilenceBasis): TimeWindow | undefined {
  const { notice, learn } = lastL7HopOutsidePod(basis.path);
  const { window, patienceMs = 0 } = notice.silence;
  if (window !== undefined && basis.knobs.deadlineMs > patienceMs) return window;
  // Nobody withdraws a pod that is silent but DNS, and that not everywhere; a push comes once its node counts as lost (40 s and more).
  return asksDnsThatTells(basis) ? learn.newPod : undefined;
}

/** Whether a poll of DNS may tell, whoever else does: it may come at any moment, also before a call has failed. */
export function isToldByPolls(basis: SilenceBasis): boolean {
  return lastL7HopOutsidePod(basis.path).learn.by === "polled DNS" && asksDnsThatTells(basis);
}

function asksDnsThatTells({ path, abilities }: SilenceBasis): boolean {
  const { learn } = lastL7HopOutsidePod(path);
  return abilities.dnsDropsSilentPods && (learn.by === "aged DNS" || learn.by === "polled DNS");
}
