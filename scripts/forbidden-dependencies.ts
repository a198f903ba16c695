/** The part of nx's project graph that is checked. */
export interface ProjectGraph {
  readonly nodes: Readonly<
    Record<string, { readonly data: { readonly root: string; readonly tags?: readonly string[] } }>
  >;
  readonly dependencies: Readonly<Record<string, readonly { readonly source: string; readonly target: string }[]>>;
}

/**
 * The direction of the design, apps -> experiments -> stage, measure -> rpc, control-plane, kube-resolver -> proto: a layer and the
 * layers that it may use, for its tests included. docs/architecture.md has the same table.
 */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  app: ["app-program", "experiments", "stage", "report", "measure", "rpc", "control-plane", "envoy", "proto"],
  "app-program": ["rpc", "proto"],
  experiments: ["stage", "measure"],
  stage: ["measure", "control-plane", "kube-api", "envoy"],
  report: ["measure"],
  measure: [],
  rpc: ["resolver", "proto"],
  "control-plane": ["envoy", "proto"],
  resolver: ["kube-api", "proto"],
  scripts: ["envoy"],
  manifests: [],
  "kube-api": [],
  envoy: [],
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
