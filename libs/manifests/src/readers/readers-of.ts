import type { Manifest } from "../manifest.ts";
import type { ManifestSet } from "../manifest-set.ts";
import { oncePer } from "../once-per.ts";
import { type Caller, callers } from "./callers.ts";
import { destinationRulesFor, readsPolicy, readsRoute, virtualServicesFor } from "./client-rules.ts";
import type { Reader } from "./reader.ts";
import { routeReaders } from "./route-readers.ts";
import { filterReaders, securityReaders } from "./server-readers.ts";

/** Everybody among the manifests who acts on one of them; nobody where it is no rule, or those that it is for are not there. */
export function readersOf(manifest: Manifest, set: ManifestSet): readonly Reader[] {
  return readersIn(set)(manifest);
}

/** Several rules ask for them. */
const readersIn = oncePer((set: ManifestSet) => oncePer((manifest: Manifest) => found(manifest, set)));

function found(manifest: Manifest, set: ManifestSet): readonly Reader[] {
  switch (manifest.kind) {
    case "VirtualService":
    case "DestinationRule":
      return clientReaders(set).get(manifest) ?? [];
    case "GRPCRoute":
    case "HTTPRoute":
      return routeReaders(manifest, set);
    case "AuthorizationPolicy":
    case "PeerAuthentication":
    case "RequestAuthentication":
      return securityReaders(manifest, set);
    case "EnvoyFilter":
      return filterReaders(manifest, set);
    default:
      return [];
  }
}

/** Which rules are for a caller, only all of them together tell: once for each set. */
const clientReaders = oncePer(
  (set: ManifestSet): ReadonlyMap<Manifest, readonly Reader[]> =>
    Map.groupBy(
      callers(set).flatMap((caller) => read(caller, set)),
      ({ rule }) => rule,
    ),
);

function read(caller: Caller, set: ManifestSet): (Reader & { readonly rule: Manifest })[] {
  const { mode, who, name } = caller;
  // Another gateway than Istio's reads no object of Istio.
  if (mode === "traefik") return [];
  const routes = virtualServicesFor(caller, set).map((rule) => ({
    ...{ rule, mode, who, name },
    reads: (place: Parameters<Reader["reads"]>[0]) => readsRoute(rule, caller, place),
  }));
  const policies = destinationRulesFor(caller, set).map((rule) => ({
    ...{ rule, mode, who, name },
    reads: (place: Parameters<Reader["reads"]>[0]) => readsPolicy(rule, caller, place),
  }));
  return [...routes, ...policies];
}
