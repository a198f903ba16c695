import {
  assertValidModel,
  type InboundWorkload,
  InvalidModelError,
  type MeshModel,
  type MeshService,
} from "@grpc-lb-lab/control-plane";
import { type MeshRules, meshRules } from "@grpc-lb-lab/istio";
import { InputError, type Rules } from "@grpc-lb-lab/stage-api";
import { REGION } from "./backend-service.ts";
import type { Endpoint } from "./endpoint-registry.ts";

/** A deployment as istiod knows it, before it knows any pods. */
export interface MeshOptions {
  readonly namespace: string;
  /** The pods' gRPC port, and the Services'. */
  readonly port: number;
  /** The addresses of the Services by name: `backend`, and `backend-v1` and `backend-v2` where pods have two versions. */
  readonly clusterIps: Readonly<Record<string, string>>;
  /** Retries that a proxy or the control plane adds; undefined: Istio's own default. */
  readonly proxyRetries: number | undefined;
  /** What is asked of traffic. */
  readonly rules: Rules | undefined;
  /** Whether a proxy stands before each pod's application. Else nobody is told what is to come to a pod: servers are plain ones. */
  readonly podsHaveProxies: boolean;
}

/** A pod with a proxy, and its labels. */
export interface LabelledWorkload extends InboundWorkload {
  readonly labels: Readonly<Record<string, string>>;
}

/** What a control plane serves for the pods that are published, and those with a proxy. */
export type MeshModelOf = (endpoints: readonly Endpoint[], workloads: Iterable<LabelledWorkload>) => MeshModel;

/**
 * Reads the rules; what it returns makes the models, with what the rules say of them.
 * @throws {RulesRefusedError} what the API server or istiod's webhook refuses.
 * @throws {InputError} what the lab's own control plane cannot do.
 */
export function meshModelOf(options: MeshOptions): MeshModelOf {
  const { namespace, port, clusterIps, podsHaveProxies } = options;
  const rules = meshRules(options.rules, { services: Object.keys(clusterIps), namespace, port });
  if (rules !== undefined && !podsHaveProxies) assertNotForServers(rules);
  const services = servicesOf(options, rules);
  // istiod sets the limits of a service before its pods' applications as well.
  const { connectionPool } = services.find(({ name }) => name === "backend") ?? {};
  const modelOf: MeshModelOf = (endpoints, workloads) => ({
    services: services.map((service) => ({ ...service, endpoints: endpointsOf(service, endpoints) })),
    workloads: Array.from(workloads, ({ labels, ...workload }) => ({
      ...workload,
      ...(connectionPool && { connectionPool }),
      ...rules?.workload(labels),
    })),
  });
  assertServable(modelOf([], [SAMPLE]));
  return modelOf;
}

/** A pod that rules may speak of. */
const SAMPLE: LabelledWorkload = {
  address: "127.0.0.1",
  port: 1,
  appAddress: "127.0.0.1",
  appPort: 1,
  labels: { app: "backend", version: "v1" },
};

/** gRPC's own servers are sent AuthorizationPolicies as well, which shows only where they are xDS servers. */
function assertNotForServers(rules: MeshRules): void {
  const versions = ["v1", "v2"];
  if (versions.every((version) => rules.workload({ app: "backend", version }).authorization === undefined)) return;
  throw new InputError(
    "AuthorizationPolicy is for the pods' servers, which are no xDS servers on this stage; use --stage kubernetes, where they are",
  );
}

function assertServable(model: MeshModel): void {
  try {
    assertValidModel(model);
  } catch (error) {
    if (error instanceof InvalidModelError) throw new InputError(error.message, { cause: error });
    throw error;
  }
}

function servicesOf(options: MeshOptions, rules: MeshRules | undefined): Omit<MeshService, "endpoints">[] {
  const { namespace, port, clusterIps, proxyRetries } = options;
  return Object.entries(clusterIps).map(([name, clusterIp]) => ({
    name,
    namespace,
    port,
    clusterIp,
    ...(proxyRetries !== undefined && { retries: { attempts: proxyRetries } }),
    ...rules?.service(name),
  }));
}

/** The ready pods of a Service: all, or those of its version. */
function endpointsOf({ name, port }: Omit<MeshService, "endpoints">, endpoints: readonly Endpoint[]) {
  const own = endpoints.filter(({ version, ready }) => ready && ["backend", `backend-${version}`].includes(name));
  return own.map(({ address, zone, version }) => ({
    address,
    port,
    region: REGION,
    zone,
    labels: { app: "backend", version },
  }));
}
