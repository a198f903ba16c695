import { type CheckOptions, checkManifests, type Problem } from "../check-manifests.ts";
import { readManifests } from "../read-manifests.ts";

/** Where a workload of {@link workload} is, and who is beside it. */
export interface Place {
  readonly name?: string;
  readonly namespace?: string;
  readonly mesh?: "sidecar" | "grpc-agent" | "none";
  readonly labels?: Readonly<Record<string, string>>;
}

/** A Deployment whose container has the environment `env`, and a port of gRPC if it is a server. */
export function workload(env: Readonly<Record<string, string>>, place: Place & { readonly serves?: boolean } = {}) {
  const { name = "client", namespace = "shop", mesh = "grpc-agent", labels = {}, serves = false } = place;
  const annotations = mesh === "grpc-agent" ? { "inject.istio.io/templates": "grpc-agent" } : {};
  const template = {
    metadata: {
      labels: { app: name, "sidecar.istio.io/inject": mesh === "none" ? "false" : "true", ...labels },
      annotations,
    },
    spec: {
      containers: [
        {
          name: "app",
          image: `example.com/${name}:1`,
          env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
          ...(serves ? { ports: [{ name: "grpc", containerPort: 50_051 }] } : {}),
        },
      ],
    },
  };
  const spec = { selector: { matchLabels: { app: name } }, template };
  return JSON.stringify({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name, namespace }, spec });
}

/** An object of one of Istio's kinds, or the Gateway API's. */
export function object(
  kind: string,
  spec: object,
  { namespace = "shop", name = "backend", version = "" } = {},
): string {
  return JSON.stringify({ apiVersion: version || VERSIONS[kind], kind, metadata: { name, namespace }, spec });
}

const VERSIONS: Readonly<Record<string, string>> = {
  ...{ VirtualService: "networking.istio.io/v1", DestinationRule: "networking.istio.io/v1" },
  ...{ EnvoyFilter: "networking.istio.io/v1alpha3", Gateway: "gateway.networking.k8s.io/v1" },
  ...{ GatewayClass: "gateway.networking.k8s.io/v1", AuthorizationPolicy: "security.istio.io/v1" },
  ...{ PeerAuthentication: "security.istio.io/v1", RequestAuthentication: "security.istio.io/v1" },
  ...{ GRPCRoute: "gateway.networking.k8s.io/v1", HTTPRoute: "gateway.networking.k8s.io/v1", Service: "v1" },
};

/** What one rule says of manifests that are applied together; the schemas must have nothing to say. */
export function found(rule: string, manifests: readonly string[], options: CheckOptions = {}): Problem[] {
  const problems = checkManifests(readManifests(manifests.join("\n---\n"), "all.yaml"), options);
  const misfits = problems.filter((problem) => problem.rule === "schema");
  if (misfits.length > 0) throw new Error(misfits.map(({ reason }) => reason).join("; "));
  return problems.filter((problem) => problem.rule === rule);
}
