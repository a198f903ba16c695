import type { Labels, Manifest } from "./manifest.ts";
import type { ManifestIndex } from "./manifest-index.ts";
import { type Mesh, meshOf } from "./mesh.ts";
import type { FieldPath } from "./origin.ts";
import type { Container, PodSpec } from "./pod-spec.ts";

/** The pods that a manifest makes. */
export interface Workload {
  readonly manifest: Manifest;
  readonly replicas: number;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly pod: PodSpec;
  /** Where the manifest has {@link pod}. */
  readonly podPath: FieldPath;
  /** Undefined outside a mesh. */
  readonly mesh: Mesh | undefined;
  /** A container's environment: literal values, and those of ConfigMaps among the manifests. */
  readonly environment: (container: Container) => Labels;
}

interface PodTemplate {
  readonly metadata?: { readonly labels?: Labels; readonly annotations?: Labels };
  readonly spec?: PodSpec;
}

interface WorkloadSpec {
  readonly replicas?: number;
  readonly template?: PodTemplate;
  /** Of a CronJob. */
  readonly jobTemplate?: { readonly spec?: { readonly template?: PodTemplate } };
}

/** The workload of `manifest`, if it is a pod or has a pod template, of whatever kind; `all` are the manifests beside it. */
export function workloadOf(manifest: Manifest, all: ManifestIndex): Workload | undefined {
  const { replicas = 1 } = (manifest.spec ?? {}) as WorkloadSpec;
  const { template, path } = templateOf(manifest);
  if (template?.spec?.containers === undefined) return undefined;
  const { labels = {}, annotations = {} } = template.metadata ?? {};
  const { namespace } = manifest.metadata;
  const own = namespace === undefined ? undefined : all.namespace(namespace);
  return {
    manifest,
    replicas,
    labels,
    annotations,
    pod: template.spec,
    podPath: [...path, "spec"],
    mesh: meshOf({ labels, annotations, pod: template.spec }, own),
    environment: (container) => environmentOf(container, manifest, all),
  };
}

function templateOf(manifest: Manifest): { readonly template: PodTemplate | undefined; readonly path: FieldPath } {
  if (manifest.kind === "Pod") return { template: manifest as PodTemplate, path: [] };
  const { template, jobTemplate } = (manifest.spec ?? {}) as WorkloadSpec;
  if (template !== undefined) return { template, path: ["spec", "template"] };
  return { template: jobTemplate?.spec?.template, path: ["spec", "jobTemplate", "spec", "template"] };
}

function environmentOf({ envFrom = [], env = [] }: Container, of: Manifest, all: ManifestIndex): Labels {
  const maps = envFrom.map(({ configMapRef }) => all.beside(of, "ConfigMap", configMapRef?.name ?? "")[0]);
  const values = env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const]));
  return Object.assign({}, ...maps.map((map) => map?.data), Object.fromEntries(values));
}
