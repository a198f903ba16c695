import { yamlText } from "@grpc-lb-lab/modes";
import type {
  EnvoyRules,
  GrpcRouteRules,
  HaproxyRules,
  IstioRules,
  Mode,
  NginxRules,
  RuleObject,
  Rules,
  ServiceConfigRules,
  TraefikRules,
} from "@grpc-lb-lab/stage-api";
import { block, indented } from "./text-block.ts";

/** Where a GRPCRoute is attached that does not say it: to the Service itself (GAMMA). Source: https://gateway-api.sigs.k8s.io/mesh/ */
const THE_SERVICE: NonNullable<Mode["routeParent"]> = { group: "", kind: "Service", name: "backend" };

/** Rules as one pastes them: YAML for objects, Envoy and Traefik, directives for nginx and HAProxy, JSON for a service config. */
export function rulesText(rules: Rules, { routeParent = THE_SERVICE }: Pick<Mode, "routeParent"> = {}): string {
  switch (rules.dialect) {
    case "gRPC service config":
      return serviceConfigText(rules);
    case "Istio":
      return objectsText(rules);
    case "GRPCRoute":
      return objectsText(attached(rules, routeParent));
    case "Envoy":
      return envoyText(rules);
    case "nginx":
      return nginxText(rules);
    case "HAProxy":
      return haproxyText(rules);
    case "Traefik":
      return traefikText(rules);
  }
}

function serviceConfigText({ serviceConfig, serverEnv = {} }: ServiceConfigRules): string {
  const env = Object.entries(serverEnv).map(([name, value]) => `${name}=${value}\n`);
  return [
    ...(serviceConfig === undefined ? [] : [`${JSON.stringify(serviceConfig, null, 2)}\n`]),
    ...(env.length === 0 ? [] : [`# in the environment of the servers\n${env.join("")}`]),
  ].join("\n");
}

function objectsText({ objects }: Pick<IstioRules, "objects">): string {
  return objects.map(yamlText).join("---\n");
}

function attached({ objects }: GrpcRouteRules, routeParent: object): { readonly objects: readonly RuleObject[] } {
  const withParent = (object: RuleObject): RuleObject => {
    if (object.kind !== "GRPCRoute" || "parentRefs" in object.spec) return object;
    return { ...object, spec: { parentRefs: [{ ...routeParent }], ...object.spec } };
  };
  return { objects: objects.map(withParent) };
}

/** As parts of the connection manager, and of the clusters of pods. */
function envoyText(rules: EnvoyRules): string {
  const { connectionManager = {}, httpFilters, cluster } = rules;
  const manager = {
    ...connectionManager,
    ...(httpFilters === undefined ? {} : { httpFilters }),
    ...routeConfig(rules),
  };
  return [
    ...(Object.keys(manager).length === 0
      ? []
      : [`# in the connection manager; filters before the router\n${yamlText(manager)}`]),
    ...(cluster === undefined ? [] : [`# in every cluster of pods\n${yamlText(cluster)}`]),
  ].join("\n");
}

function routeConfig({ action, route, routesBefore = [] }: EnvoyRules): object {
  const last =
    action === undefined && route === undefined
      ? []
      : [{ match: { prefix: "/" }, ...route, ...(action === undefined ? {} : { route: action }) }];
  const routes = [...routesBefore, ...last];
  return routes.length === 0 ? {} : { routeConfig: { virtualHosts: [{ routes }] } };
}

function nginxText({
  http = [],
  upstream = [],
  serverParameters = [],
  server = [],
  location = [],
}: NginxRules): string {
  const servers = serverParameters.length === 0 ? [] : [`server <pod> ${serverParameters.join(" ")};`];
  return block("http", [
    ...http,
    ...block("upstream backend", [...upstream, ...servers]),
    ...block("server", [...server, ...block("location /", location)]),
  ])
    .map((line) => `${line}\n`)
    .join("");
}

function haproxyText({ frontend = [], backend = [], serverParameters = [], sections = [] }: HaproxyRules): string {
  const servers = serverParameters.length === 0 ? [] : [`server <pod> ${serverParameters.join(" ")}`];
  const section = (head: string, lines: readonly string[]) => (lines.length === 0 ? [] : [head, ...indented(lines)]);
  const lines = [...section("frontend grpc", frontend), ...section("backend backend", [...backend, ...servers])];
  return [...lines, ...sections].map((line) => `${line}\n`).join("");
}

/** As its file provider reads it. Source: https://doc.traefik.io/traefik/reference/routing-configuration/dynamic-configuration-methods/ */
function traefikText({
  middlewares,
  routers,
  services,
  service,
  loadBalancer,
  serversTransports,
}: TraefikRules): string {
  const router = {
    ...(service === undefined ? {} : { service }),
    ...(middlewares === undefined ? {} : { middlewares: Object.keys(middlewares) }),
  };
  const http = {
    ...entry("routers", { ...entry("backend", router), ...routers }),
    ...entry("middlewares", { ...middlewares }),
    ...entry("services", { ...entry("backend", { ...entry("loadBalancer", { ...loadBalancer }) }), ...services }),
    ...entry("serversTransports", { ...serversTransports }),
  };
  return yamlText({ http });
}

/** Nothing of what is empty. */
function entry(name: string, value: object): object {
  return Object.keys(value).length === 0 ? {} : { [name]: value };
}
