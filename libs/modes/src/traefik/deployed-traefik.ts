import { type DeployedProxy, InputError } from "@grpc-lb-lab/stage-api";
import * as v from "valibot";
import { everyPodKnows } from "../between/every-pod-knows.ts";
import { ADMIN_PORT } from "./deployed-files.ts";
import { program } from "./program.ts";

const TRAEFIK = "traefik";

/** What matters of Traefik's `/api/http/services`. */
const Services = v.pipe(
  v.string(),
  v.parseJson(),
  v.array(
    v.object({
      loadBalancer: v.optional(
        v.object({ servers: v.optional(v.array(v.object({ url: v.optional(v.string(), "") })), []) }),
      ),
    }),
  ),
);

const KNOWN_PODS = { deployment: TRAEFIK, port: ADMIN_PORT, path: "/api/http/services", read: podAddresses };

/** The Deployment `traefik` of a cluster. */
export const deployedTraefik: DeployedProxy = {
  deployment: TRAEFIK,
  program,
  retriesRemedy: "a GRPCRoute cannot ask Traefik for retries, which are a middleware of Traefik's own CRDs",
  // Nothing that the lab can set differs.
  settings: async () => ({ retries: 0 }),
  knows: (cluster, addresses) => everyPodKnows(cluster, KNOWN_PODS, addresses),
};

/**
 * The addresses that Traefik balances over, in order.
 * @throws {InputError} when that is no answer of Traefik's.
 */
export function podAddresses(services: string): string[] {
  const parsed = v.safeParse(Services, services);
  if (!parsed.success)
    throw new InputError("Traefik's /api/http/services has changed: the lab cannot read what it knows");
  const urls = parsed.output.flatMap(({ loadBalancer }) => loadBalancer?.servers.map(({ url }) => url) ?? []);
  const hosts = urls.flatMap((url) => /^h2c:\/\/\[?([\da-f.:]+?)\]?:\d+$/.exec(url)?.[1] ?? []);
  return [...new Set(hosts)].toSorted();
}
