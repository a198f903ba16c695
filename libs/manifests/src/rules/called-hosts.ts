import type { ManifestSet } from "../manifest-set.ts";
import { fullHost } from "../service-host.ts";
import { type ClientTarget, clientTargets } from "./client-targets.ts";

const XDS = "xds:///";

/** The full names of what clients without a proxy call. */
export function hostsCalledByXds(set: ManifestSet): ReadonlySet<string> {
  const targets = clientTargets(set).filter(
    ({ workload, target }) => workload.mesh === "grpc-agent" && target.startsWith(XDS),
  );
  return new Set(targets.map(hostOf));
}

/** The full names of what clients with a sidecar call through it: where gRPC itself neither resolves nor picks. */
export function hostsCalledBySidecars(set: ManifestSet): ReadonlySet<string> {
  const targets = clientTargets(set).filter(
    ({ workload, target }) => workload.mesh === "sidecar" && !target.includes("://"),
  );
  return new Set(targets.map(hostOf));
}

function hostOf({ workload: { manifest }, target }: ClientTarget): string {
  const host = target.replace(XDS, "").replace(/:\d+$/, "");
  return fullHost(host.replace("$(POD_NAMESPACE)", manifest.metadata.namespace ?? "default"), manifest);
}
