import { type EncodedResource, encodeResource } from "../codec/encoded-resource.ts";
import { envoyProtos } from "../codec/envoy-protos.ts";
import type { JsonObject } from "../json.ts";
import type { InboundWorkload } from "../model/inbound-workload.ts";
import type { MeshModel, MeshService, MeshSubset } from "../model/mesh-model.ts";
import { INBOUND_LISTENER_PREFIX, inboundName, outboundName, parseOutboundName, serviceHost } from "../model/names.ts";
import { type InboundSecurity, inboundSecurity } from "../model/peer-authentication.ts";
import type { MeshProxy } from "../model/proxy.ts";
import { policyOf } from "../model/traffic-policy.ts";
import { TYPE_URLS, type XdsType } from "../xds-type.ts";
import { inboundCluster, outboundCluster } from "./cluster.ts";
import { clusterLoadAssignment } from "./endpoint.ts";
import { dependsOnCaller } from "./localities.ts";
import { proxylessListener, proxylessServerListener } from "./proxyless-listener.ts";
import { proxylessRoutes, sidecarRoutes } from "./route-configuration.ts";
import { inboundListener, listenerName, outboundListener } from "./sidecar-listener.ts";

/** Encoded resources by the part of the model that they were made of: what did not change is not encoded again. */
export type ResourceCache = WeakMap<object, Map<string, EncodedResource>>;

interface NamedResource {
  readonly name: string;
  /** The part of the model whose identity says that the resource is the same. */
  readonly from: object;
  readonly json: () => JsonObject;
}

/** What a server's listener is made of, apart from its name. */
const INBOUND: Readonly<Record<InboundSecurity, object>> = { plaintext: {}, mtls: {} };

/** Every resource of one model, for any proxy; made when asked for. */
export class Snapshot {
  readonly #model: MeshModel;
  readonly #cache: ResourceCache;
  readonly #services: ReadonlyMap<string, MeshService>;

  constructor(model: MeshModel, cache: ResourceCache) {
    this.#model = model;
    this.#cache = cache;
    this.#services = new Map(model.services.map((service) => [`${serviceHost(service)}:${service.port}`, service]));
  }

  /** The resource of a name as this proxy sees it; undefined where it has none. */
  get(type: XdsType, name: string, proxy: MeshProxy): EncodedResource | undefined {
    const resource = this.#describe(type, name, proxy);
    const view = type === "EDS" ? this.#endpointsView(name, proxy) : `${proxy.kind} ${proxy.namespace}`;
    return resource && this.#encode(type, resource, view);
  }

  /** The names that a wildcard subscription stands for. */
  names(type: XdsType, proxy: MeshProxy): string[] {
    const services = this.#outbound(proxy);
    const workloads = this.#inbound(proxy);
    switch (type) {
      case "LDS":
        if (proxy.kind === "proxyless") return services.map((service) => `${serviceHost(service)}:${service.port}`);
        return [
          ...workloads.map(listenerName),
          ...services.map(({ clusterIp, port }) => listenerName({ address: clusterIp, port })),
        ];
      case "RDS":
        if (proxy.kind === "proxyless") return services.map((service) => outboundName(service));
        return [...new Set(services.map(({ port }) => String(port)))];
      case "CDS":
        return [...services.flatMap(clusterNames), ...workloads.map(({ port }) => inboundName(port))];
      case "EDS":
        return services.flatMap(clusterNames);
    }
  }

  #describe(type: XdsType, name: string, proxy: MeshProxy): NamedResource | undefined {
    switch (type) {
      case "LDS":
        return proxy.kind === "proxyless" ? this.#proxylessListener(name, proxy) : this.#sidecarListener(name, proxy);
      case "RDS":
        return proxy.kind === "proxyless" ? this.#proxylessRoutes(name, proxy) : this.#sidecarRoutes(name, proxy);
      case "CDS":
        return this.#inboundCluster(name, proxy) ?? this.#outboundCluster(name, proxy);
      case "EDS":
        return this.#endpoints(name, proxy);
    }
  }

  #proxylessListener(name: string, proxy: MeshProxy): NamedResource | undefined {
    if (name.startsWith(INBOUND_LISTENER_PREFIX)) return this.#serverListener(name, proxy);
    const { host, port } = splitHostPort(name);
    const service = this.#serviceCalled(host, port, proxy.namespace);
    return service && { name, from: service, json: () => proxylessListener(service, name) };
  }

  #serverListener(name: string, proxy: MeshProxy): NamedResource | undefined {
    const { host, port } = splitHostPort(name.slice(INBOUND_LISTENER_PREFIX.length));
    if (Number.isNaN(port)) return undefined;
    const security = inboundSecurity(this.#model.peerAuthentications ?? [], proxy);
    // Servers in one namespace may have the same name for their listener and differ in their security.
    const from = INBOUND[security];
    return { name, from, json: () => proxylessServerListener(name, host, port, security) };
  }

  /** Finds a service by its name in the cluster's DNS, whole or short as its caller's namespace allows. */
  #serviceCalled(host: string, port: number, namespace: string): MeshService | undefined {
    const suffixes = ["", ".cluster.local", ".svc.cluster.local", `.${namespace}.svc.cluster.local`];
    const candidates = suffixes.map((suffix) => this.#services.get(`${host.replace(/\.$/, "")}${suffix}:${port}`));
    return candidates.find((service) => service !== undefined);
  }

  #sidecarListener(name: string, proxy: MeshProxy): NamedResource | undefined {
    const workload = this.#inbound(proxy).find((candidate) => listenerName(candidate) === name);
    if (workload) return { name, from: workload, json: () => inboundListener(workload) };
    const service = this.#outbound(proxy).find(
      ({ clusterIp, port }) => listenerName({ address: clusterIp, port }) === name,
    );
    return service && { name, from: service, json: () => outboundListener(service) };
  }

  #proxylessRoutes(name: string, proxy: MeshProxy): NamedResource | undefined {
    const { service, subset } = this.#outboundNamed(name);
    if (service === undefined || subset !== undefined) return undefined;
    return { name, from: service, json: () => proxylessRoutes(service, proxy) };
  }

  #sidecarRoutes(name: string, proxy: MeshProxy): NamedResource | undefined {
    const services = this.#outbound(proxy).filter(({ port }) => String(port) === name);
    if (services.length === 0) return undefined;
    return { name, from: this.#model, json: () => sidecarRoutes(services, Number(name), proxy) };
  }

  #inboundCluster(name: string, proxy: MeshProxy): NamedResource | undefined {
    const workload = this.#inbound(proxy).find(({ port }) => inboundName(port) === name);
    return workload && { name, from: workload, json: () => inboundCluster(workload) };
  }

  #outboundCluster(name: string, proxy: MeshProxy): NamedResource | undefined {
    const { service, subset } = this.#outboundNamed(name);
    return service && { name, from: service, json: () => outboundCluster(service, subset, proxy.kind) };
  }

  #endpoints(name: string, { locality }: MeshProxy): NamedResource | undefined {
    const { service, subset } = this.#outboundNamed(name);
    return service && { name, from: service, json: () => clusterLoadAssignment(service, subset, locality) };
  }

  /** Endpoints are the largest, and mostly the same for all. */
  #endpointsView(name: string, { locality }: MeshProxy): string {
    const { service, subset } = this.#outboundNamed(name);
    const differs = service !== undefined && dependsOnCaller(policyOf(service, subset));
    return differs ? `${locality.region}/${locality.zone}` : "";
  }

  #outboundNamed(name: string): { service?: MeshService; subset?: MeshSubset } {
    const parts = parseOutboundName(name);
    const service = parts && this.#services.get(`${parts.host}:${parts.port}`);
    if (service === undefined || parts?.subset === "") return service ? { service } : {};
    const subset = service.subsets?.find(({ name }) => name === parts?.subset);
    return subset ? { service, subset } : {};
  }

  /** The services that a proxy may call: none for a pod's sidecar that is there for the pod's own calls only. */
  #outbound(proxy: MeshProxy): readonly MeshService[] {
    const workloads = this.#inbound(proxy);
    return workloads.every(({ outbound = false }) => outbound) ? this.#model.services : [];
  }

  #inbound(proxy: MeshProxy): readonly InboundWorkload[] {
    if (proxy.kind === "proxyless") return [];
    return (this.#model.workloads ?? []).filter(({ address }) => address === proxy.ip);
  }

  #encode(type: XdsType, { name, from, json }: NamedResource, view: string): EncodedResource {
    const made = this.#cache.get(from) ?? new Map<string, EncodedResource>();
    this.#cache.set(from, made);
    const key = `${type} ${view} ${name}`;
    const resource = made.get(key) ?? encodeResource(envoyProtos(), TYPE_URLS[type], name, json());
    made.set(key, resource);
    return resource;
  }
}

function clusterNames(service: MeshService): string[] {
  return [outboundName(service), ...(service.subsets ?? []).map((subset) => outboundName(service, subset.name))];
}

/** Splits `host:port` and `[v6]:port`; the port is NaN where there is none. */
function splitHostPort(text: string): { host: string; port: number } {
  const colon = text.lastIndexOf(":");
  const host = text.slice(0, colon).replace(/^\[(.*)\]$/, "$1");
  return { host, port: colon < 0 ? Number.NaN : Number.parseInt(text.slice(colon + 1), 10) };
}
