import type { TraefikRules } from "@grpc-lb-lab/stage-api";
import { formatAddress } from "../between/format-address.ts";
import { type OfVersions, podGroups } from "../between/of-versions.ts";
import { yamlText } from "../yaml-text.ts";
import { ENTRY_POINT } from "./static-arguments.ts";

/** The pods of now, and what is asked of calls to them. */
export interface FileSettings {
  /** Numeric IP addresses. */
  readonly addresses: readonly string[];
  /** Likewise those of each version; default: there is but one. */
  readonly versions?: OfVersions<readonly string[]> | undefined;
  /** The pods' gRPC port. */
  readonly port: number;
  /** Attempts that Traefik adds to a call that reached no pod; undefined: none. */
  readonly retries: number | undefined;
  /** Traffic rules; default none. */
  readonly rules?: TraefikRules | undefined;
}

/**
 * What Traefik's file provider reads: one router, and the pods as servers of services. It is what the Kubernetes Gateway provider makes of a GRPCRoute
 * and EndpointSlices (its `loadGRPCServers`: https://github.com/traefik/traefik/blob/v3.7.15/pkg/provider/kubernetes/gateway/grpcroute.go).
 */
export function fileConfiguration(settings: FileSettings): string {
  const { addresses, versions, rules } = settings;
  const middlewares = middlewaresOf(settings);
  const services = podGroups(addresses, versions).map(([name, group]) => [name, podsService(group, settings)]);
  return yamlText({
    http: {
      routers: {
        backend: {
          entryPoints: [ENTRY_POINT],
          rule: "PathPrefix(`/`)",
          service: rules?.service ?? "backend",
          ...unlessEmpty({ middlewares: Object.keys(middlewares) }),
        },
        ...rules?.routers,
      },
      ...unlessEmpty({ middlewares }),
      services: { ...Object.fromEntries(services), ...rules?.services },
      ...unlessEmpty({ serversTransports: rules?.serversTransports ?? {} }),
    },
  });
}

/** Nothing for an empty list or map, which Traefik takes for a mistake. */
function unlessEmpty(fields: Readonly<Record<string, object>>): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => Object.keys(value).length > 0));
}

/** h2c: HTTP/2 without TLS. With http:// Traefik would speak HTTP/1.1 to the pods, which gRPC servers do not. */
function podsService(addresses: readonly string[], { port, rules }: FileSettings): object {
  const servers = addresses.map((host) => ({ url: `h2c://${formatAddress({ host, port })}` }));
  return { loadBalancer: { servers, ...rules?.loadBalancer } };
}

/** In the order in which the router has them. */
function middlewaresOf({ retries = 0, rules }: FileSettings): object {
  return { ...(retries > 0 ? { retry: retry(retries) } : {}), ...rules?.middlewares };
}

/**
 * Tries a call again at the next pod where nothing of it was sent to the first, a POST too: as long as the connection to a dead pod is refused. It can be
 * asked to retry calls that were sent as well (`status`, `retryNonIdempotentMethod`), but reads all that a client sends before it begins then:
 * a call in which the client waits for an answer before it goes on would wait for ever.
 * https://doc.traefik.io/traefik/reference/routing-configuration/http/middlewares/retry/
 */
function retry(retries: number): object {
  return { retry: { attempts: 1 + retries } };
}
