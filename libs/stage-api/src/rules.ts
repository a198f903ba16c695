import type { Dialect } from "./hop.ts";

/** Any value of JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
/** An object of JSON. */
export type JsonObject = { readonly [key: string]: Json };

/**
 * What somebody asks of traffic, in one dialect, ready to be applied. A stage applies it and knows no policy; where the pods have two versions
 * ({@link StartOptions.canaryPods}), each dialect names them as it does: subsets `v1` and `v2` of the Service `backend`, Services `backend-v1` and
 * `backend-v2`, or clusters, upstreams, backends and services of a proxy of those names.
 */
export type Rules =
  | ServiceConfigRules
  | IstioRules
  | GrpcRouteRules
  | EnvoyRules
  | NginxRules
  | HaproxyRules
  | TraefikRules;

/** Rules of one dialect. */
export type RulesIn<D extends Dialect> = Extract<Rules, { readonly dialect: D }>;

/** What gRPC itself can be asked: the service config of the client, and the environment of servers where those are asked. */
export interface ServiceConfigRules {
  readonly dialect: "gRPC service config";
  /**
   * Fields of the service config, which take the place of the client's own; `loadBalancingConfig` stays the mode's unless it is given.
   * @see https://github.com/grpc/grpc/blob/master/doc/service_config.md
   */
  readonly serviceConfig?: JsonObject;
  /** Environment of the servers (`MAX_CONNECTION_AGE_MS`). */
  readonly serverEnv?: Readonly<Record<string, string>>;
}

/** Objects of Istio's, as `kubectl apply` takes them; the namespace is the mode's. */
export interface IstioRules {
  readonly dialect: "Istio";
  /** One that is named like a deployed object of its kind is merged into it: fields of `spec.trafficPolicy` each, else those of `spec`. */
  readonly objects: readonly RuleObject[];
}

/** Objects of the Gateway API. */
export interface GrpcRouteRules {
  readonly dialect: "GRPCRoute";
  /**
   * A GRPCRoute without `parentRefs` is attached where the mode has its routes: to its Gateway, else to the Service (GAMMA). One that is named like a
   * deployed one takes its place.
   */
  readonly objects: readonly RuleObject[];
}

/** An object that asks something of traffic. */
export interface RuleObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: JsonObject;
}

/** What is added to the static configuration of Envoy, in the names of its JSON. */
export interface EnvoyRules {
  readonly dialect: "Envoy";
  /** Fields of the one route's action: `timeout`, `retryPolicy`, `requestMirrorPolicies`, `hashPolicy`; `cluster` is taken out where `weightedClusters` is given. */
  readonly action?: JsonObject;
  /** Fields of the route beside its action: `requestHeadersToAdd`, `typedPerFilterConfig`. */
  readonly route?: JsonObject;
  /** Routes before the one that takes every call. */
  readonly routesBefore?: readonly JsonObject[];
  /** HTTP filters before the router, in their order. */
  readonly httpFilters?: readonly JsonObject[];
  /** Fields of the connection manager. */
  readonly connectionManager?: JsonObject;
  /** Fields of every cluster of pods: `lbPolicy`, `circuitBreakers`, `outlierDetection`. */
  readonly cluster?: JsonObject;
}

/** What is added to the configuration of nginx: directives, each a line with its semicolon. */
export interface NginxRules {
  readonly dialect: "nginx";
  /** In `http`. */
  readonly http?: readonly string[];
  /** In every `upstream` of pods, before its servers. */
  readonly upstream?: readonly string[];
  /** Parameters of each `server` of an `upstream`: `max_fails=3`. */
  readonly serverParameters?: readonly string[];
  /** In the `server` that clients call. */
  readonly server?: readonly string[];
  /** In its one `location`; a `grpc_pass` takes the place of the mode's. A directive takes the place of the mode's own of its name. */
  readonly location?: readonly string[];
}

/** What is added to the configuration of HAProxy, each a line of its section. */
export interface HaproxyRules {
  readonly dialect: "HAProxy";
  /** Of the frontend that clients call: `http-request`, `use_backend`. */
  readonly frontend?: readonly string[];
  /** Of every backend of pods; `balance`, `retries`, `retry-on` and `timeout …` take the place of the mode's own. */
  readonly backend?: readonly string[];
  /** Parameters of each server: `maxconn 5`. */
  readonly serverParameters?: readonly string[];
  /** Whole sections beside. */
  readonly sections?: readonly string[];
}

/** What is added to Traefik's dynamic configuration. */
export interface TraefikRules {
  readonly dialect: "Traefik";
  /** Middlewares by name; the one router has all of them, in this order. */
  readonly middlewares?: JsonObject;
  /** Routers beside the one that takes every call, whose rule is the shortest. */
  readonly routers?: JsonObject;
  /** Services beside `backend`, `backend-v1` and `backend-v2`. */
  readonly services?: JsonObject;
  /** The service of the one router; default `backend`. */
  readonly service?: string;
  /** Fields of `loadBalancer` of every service of pods: `strategy`, `sticky`, `healthCheck`. */
  readonly loadBalancer?: JsonObject;
  /** Transports of servers by name, for `loadBalancer.serversTransport`. */
  readonly serversTransports?: JsonObject;
}

/** Somebody did not take rules. */
export interface Refusal {
  /** Who: `the API server`, `istiod's webhook`, `the client (NACK)`, `nginx`, `the Gateway's controller`. */
  readonly by: string;
  /** In their own words. */
  readonly reason: string;
}

/** What a pod's application has received since its start or the deployment's, whoever sent it and whatever became of it. */
export interface ReceivedCalls {
  /** Calls that reached the application: each attempt of a retry, and mirrored ones. */
  readonly calls: number;
  /** By method: `SayHello`. */
  readonly byMethod: Readonly<Record<string, number>>;
  /** The most that were under way at once. */
  readonly mostInFlight: number;
  /** How many calls had a header, by its name and value; headers whose names begin with `x-lab-` alone. */
  readonly headers: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** On how many connections calls came, by the address and port of their other end. */
  readonly connections: number;
  /** The longest time from the first call to the last on one of them. */
  readonly longestConnectionMs: number;
}
