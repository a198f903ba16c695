import { stringify } from "yaml";
import { type Manifest, nameOf } from "../manifest.ts";

/** What Helm's conventions ask for on every object; `part-of` is on most of the overlays' objects, and on all of the chart's. */
const LABELS_OF_HELM = new Set([
  "helm.sh/chart",
  "app.kubernetes.io/instance",
  "app.kubernetes.io/managed-by",
  "app.kubernetes.io/part-of",
]);
/** Two ways to roll out a change of a ConfigMap: Helm's idiom is an annotation of the pods, Kustomize's a suffix of the name. */
const CHECKSUM = "checksum/config";
const HASH_SUFFIX = /^(envoy-config)-[a-z0-9]{10}$/;

/**
 * Manifests as text, by kind and name, for comparing those of the chart with those of an overlay: keys sorted, lists as they are, and
 * without what one of Helm and Kustomize adds by its nature. Everything else has to be the same.
 */
export function comparable(manifests: readonly Manifest[]): Record<string, string> {
  const home = manifests.find(({ kind }) => kind === "Namespace")?.metadata.name;
  const entries = manifests.map((manifest) => {
    const neutral = JSON.parse(JSON.stringify(withoutOwnWays(manifest, home)), sameNames) as Manifest;
    return [nameOf(neutral), stringify(neutral, { sortMapEntries: true, aliasDuplicateObjects: false })];
  });
  return Object.fromEntries(entries);
}

/** @param home the namespace of them all, which Kustomize writes into each, and Helm into none */
function withoutOwnWays({ metadata, ...rest }: Manifest, home: string | undefined) {
  const { namespace, labels = {}, ...names } = metadata;
  const kept = Object.entries(labels).filter(([label]) => !LABELS_OF_HELM.has(label));
  const elsewhere = namespace === home ? {} : { namespace };
  return { ...rest, metadata: { ...names, ...elsewhere, labels: Object.fromEntries(kept) } };
}

function sameNames(key: string, value: unknown): unknown {
  if (key === "name" && typeof value === "string") return value.replace(HASH_SUFFIX, "$1");
  if (key !== "annotations") return value;
  const { [CHECKSUM]: _, ...rest } = value as Record<string, string>;
  return Object.keys(rest).length === 0 ? undefined : rest;
}
