import { beganMs, type Expectation } from "@grpc-lb-lab/measure";
import { type About, atLeast, between } from "../bounds.ts";
import { seconds } from "../dialects/envoy.ts";
import { destinationRule, istio } from "../dialects/istio.ts";
import type { Evidence, Policy } from "../policy.ts";
import { OK } from "../status-codes.ts";

/** How many ages calls are made for. */
const AGES = 6;
/** How many calls come in an age, so that each of several connections brings some. */
const CALLS_IN_AGE = 50;
/** How much later than asked a connection may bring its last call: nginx ends one only once it has brought a call that is too late. */
const LATEST = 2.5;

/** `connection-age`: connections to pods end after a time, and calls go on on others. */
export const connectionAge: Policy<{ ageMs: number }> = {
  name: "connection-age",
  title: "connections that end for their age",
  parameters: { ageMs: 1_000 },
  source: "https://github.com/grpc/proposal/blob/master/A9-server-side-conn-mgt.md",
  asks: ({ ageMs }) => `a connection brings calls for ${ageMs / 1_000} s, and then others do`,
  // HAProxy ends connections to servers for the number of their calls, and Traefik for want of any.
  dialects: ({ ageMs }) => ({
    "gRPC service config": { dialect: "gRPC service config", serverEnv: { MAX_CONNECTION_AGE_MS: String(ageMs) } },
    Istio: istio(
      destinationRule({ trafficPolicy: { connectionPool: { tcp: { maxConnectionDuration: seconds(ageMs) } } } }),
    ),
    Envoy: {
      dialect: "Envoy",
      cluster: {
        typedExtensionProtocolOptions: {
          "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
            "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
            explicitHttpConfig: { http2ProtocolOptions: {} },
            commonHttpProtocolOptions: { maxConnectionDuration: seconds(ageMs) },
          },
        },
      },
    },
    nginx: { dialect: "nginx", upstream: [`keepalive_time ${ageMs}ms;`] },
  }),
  fields: [
    { dialect: "Istio", kind: "DestinationRule", path: "spec.trafficPolicy.connectionPool.tcp.maxConnectionDuration" },
  ],
  trial: ({ ageMs }) => ({
    pods: 2,
    podConnections: true,
    load: { rate: (CALLS_IN_AGE * 1_000) / ageMs, durationMs: AGES * ageMs },
    roughSeconds: (AGES * ageMs) / 1_000,
  }),
  obeyed: (seen, { ageMs }) => [
    between(LONGEST, longestMs(seen), 1, LATEST * ageMs),
    atLeast(
      { id: "connections", what: "connections on which calls came" },
      connections(seen),
      Math.ceil(AGES / LATEST),
    ),
    fewFail(seen, ageMs),
  ],
  ignored: (seen, { ageMs }) => [atLeast(LONGEST, longestMs(seen), (AGES * ageMs) / 2)],
  // It changes how long picks stay, and not how they are made.
  onPath: (path) => path,
};

const LONGEST: About = { id: "longest", what: "ms from the first call to the last on one connection, at most" };

function longestMs({ received }: Evidence): number {
  return Math.round(Math.max(0, ...Array.from(received.values(), ({ longestConnectionMs }) => longestConnectionMs)));
}

function connections({ received }: Evidence): number {
  return [...received.values()].reduce((sum, pod) => sum + pod.connections, 0);
}

/**
 * Calls that cross a GOAWAY may be lost: at most once on each connection. Where a client is behind its schedule it begins several calls together, which then cross
 * the same one. https://github.com/grpc/grpc-node/issues/2641
 */
function fewFail(seen: Evidence, ageMs: number): Expectation {
  const about = { id: "failed", what: "moments at which calls were begun that failed" };
  return between(about, momentsOfFailure(seen, ageMs), 0, connections(seen));
}

/** Calls that are begun much nearer to each other than the schedule has them are begun at one moment. */
function momentsOfFailure({ records }: Evidence, ageMs: number): number {
  const nearMs = ageMs / CALLS_IN_AGE / 2;
  const failed = records.filter(({ code }) => code !== OK).map(beganMs);
  const inOrder = failed.toSorted((a, b) => a - b);
  return inOrder.filter((atMs, n) => atMs - (inOrder[n - 1] ?? Number.NEGATIVE_INFINITY) >= nearMs).length;
}
