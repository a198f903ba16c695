/** The part of nx's project graph that is checked. */
export interface ProjectGraph {
  readonly nodes: Readonly<
    Record<string, { readonly data: { readonly root: string; readonly tags?: readonly string[] } }>
  >;
  readonly dependencies: Readonly<Record<string, readonly { readonly source: string; readonly target: string }[]>>;
}

/**
 * The direction of the design, apps -> experiments -> modes -> stage-api, stage -> stage-api: a layer and the layers that it may use, for its
 * tests included (stage's start the real modes; that nothing else of stage knows them is Biome's to see). docs/architecture.md has the same table.
 */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  "input-error": [],
  workarounds: [],
  "http-server": ["input-error"],
  app: [
    ...[
      "input-error",
      "http-server",
      "app-program",
      "experiments",
      "policies",
      "modes",
      "stage",
      "stage-api",
      "report",
      "measure",
      "rpc",
      "manifests",
    ],
    ...["control-plane", "envoy", "proto", "wait-strategy"],
  ],
  "app-program": ["http-server", "rpc", "proto", "measure", "workarounds"],
  experiments: ["input-error", "modes", "policies", "stage-api", "measure"],
  policies: ["input-error", "modes", "stage-api", "measure"],
  cluster: ["input-error", "workarounds"],
  stage: [
    "input-error",
    "workarounds",
    "http-server",
    "cluster",
    "modes",
    "stage-api",
    "measure",
    "control-plane",
    "istio",
    "kube-api",
    "envoy",
  ],
  modes: ["input-error", "program", "stage-api", "envoy"],
  "stage-api": ["input-error", "measure"],
  report: ["input-error", "measure"],
  measure: [],
  rpc: ["input-error", "workarounds", "http-server", "resolver", "lb-policies", "proto"],
  "control-plane": ["input-error", "cluster", "envoy", "proto"],
  istio: ["input-error", "measure", "stage-api", "control-plane"],
  resolver: ["consumer-project", "kube-api", "proto"],
  "lb-policies": ["consumer-project", "measure"],
  "wait-strategy": ["consumer-project", "stage"],
  deploy: ["input-error", "cluster", "modes"],
  scripts: ["input-error", "cluster", "deploy", "manifests", "modes", "policies", "experiments", "stage", "stage-api"],
  manifests: ["input-error", "cluster", "modes", "policies", "stage-api"],
  "kube-api": [],
  "consumer-project": [],
  program: ["input-error"],
  envoy: ["program"],
  proto: [],
};

/** One line for each dependency between projects that the design forbids, and for each project without a known layer. */
export function forbiddenDependencies({ nodes, dependencies }: ProjectGraph): string[] {
  const layers = new Map(Object.entries(nodes).map(([name, { data }]) => [name, layerOf(data.tags)]));
  const unknown = [...layers]
    .filter(([, layer]) => !(layer in ALLOWED))
    .map(([name]) => `${name} has no "layer:" tag that is known`);
  const edges = Object.values(dependencies).flat();
  const forbidden = edges.flatMap(({ source, target }) => {
    const [from, to] = [layers.get(source), layers.get(target)];
    if (from === undefined || to === undefined || ALLOWED[from]?.includes(to)) return [];
    return [
      `${source} (${from}) must not depend on ${target} (${to}): ${from} may use ${ALLOWED[from]?.join(", ") || "nothing"}`,
    ];
  });
  return [...unknown, ...forbidden];
}

function layerOf(tags: readonly string[] = []): string {
  return tags.find((tag) => tag.startsWith("layer:"))?.slice("layer:".length) ?? "";
}
