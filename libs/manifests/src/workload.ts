import type { Labels, Manifest } from "./manifest.ts";
import type { Container, PodSpec } from "./pod-spec.ts";

/** What runs beside the application of a pod: a sidecar, or the agent of proxyless gRPC. */
export type Mesh = "sidecar" | "grpc-agent";

/** The pods that a manifest makes. */
export interface Workload {
  readonly manifest: Manifest;
  readonly replicas: number;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly pod: PodSpec;
  /** Undefined outside a mesh. */
  readonly mesh: Mesh | undefined;
  /** A container's environment: literal values, and those of ConfigMaps among the manifests. */
  readonly environment: (container: Container) => Labels;
}

interface WorkloadSpec {
  readonly replicas?: number;
  readonly template?: {
    readonly metadata?: { readonly labels?: Labels; readonly annotations?: Labels };
    readonly spec?: PodSpec;
  };
}

/** The workload of `manifest`, if it has a pod template; `all` are the manifests beside it. */
export function workloadOf(manifest: Manifest, all: readonly Manifest[]): Workload | undefined {
  const { replicas = 1, template } = (manifest.spec ?? {}) as WorkloadSpec;
  if (template?.spec === undefined) return undefined;
  const { labels = {}, annotations = {} } = template.metadata ?? {};
  const siblings = all.filter(({ metadata }) => metadata.namespace === manifest.metadata.namespace);
  return {
    manifest,
    replicas,
    labels,
    annotations,
    pod: template.spec,
    mesh: meshOf(manifest, { labels, annotations }, all),
    environment: (container) => environmentOf(container, siblings),
  };
}

/** Istio injects where the pod says so, else where the namespace does. */
function meshOf(
  { metadata }: Manifest,
  { labels, annotations }: Pick<Workload, "labels" | "annotations">,
  all: readonly Manifest[],
): Mesh | undefined {
  const namespace = all.find((one) => one.kind === "Namespace" && one.metadata.name === metadata.namespace);
  const labelled = namespace?.metadata.labels?.["istio-injection"] === "enabled";
  const own = labels["sidecar.istio.io/inject"];
  if (own === undefined ? !labelled : own !== "true") return undefined;
  return annotations["inject.istio.io/templates"]?.includes("grpc-agent") ? "grpc-agent" : "sidecar";
}

function environmentOf({ envFrom = [], env = [] }: Container, siblings: readonly Manifest[]): Labels {
  const maps = envFrom.map(({ configMapRef }) =>
    siblings.find(({ kind, metadata }) => kind === "ConfigMap" && metadata.name === configMapRef?.name),
  );
  const values = env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const]));
  return Object.assign({}, ...maps.map((map) => map?.data), Object.fromEntries(values));
}
