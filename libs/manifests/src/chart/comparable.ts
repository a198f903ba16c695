import { stringify } from "yaml";
import { type Manifest, nameOf } from "../manifest.ts";

const PART_OF = "app.kubernetes.io/part-of";
/** What Helm's conventions ask for on every object; `part-of` is on most of the overlays' objects, and on all of the chart's. */
const LABELS_OF_HELM = new Set([
  "helm.sh/chart",
  "app.kubernetes.io/instance",
  "app.kubernetes.io/managed-by",
  PART_OF,
]);
/** Two ways to roll out a change of a ConfigMap: Helm's idiom is an annotation of the pods, Kustomize's a suffix of the name. */
const CHECKSUM = "checksum/config";
/** Kustomize's is a hash, in letters that make no words. */
const HASH_SUFFIX = /-[bcdfghkmt2456789]{10}$/;

/**
 * Manifests as text, by kind and name, for comparing those of the chart with those of an overlay: keys sorted, lists as they are, and
 * without what one of Helm and Kustomize adds by its nature. Everything else has to be the same.
 */
export function comparable(manifests: readonly Manifest[]): Record<string, string> {
  const home = manifests.find(({ kind }) => kind === "Namespace")?.metadata.name;
  const generated = generatedNames(manifests);
  const sameNames = (key: string, value: unknown) => withoutRolloutMarks(key, value, generated);
  const entries = manifests.map((manifest) => {
    const neutral = JSON.parse(JSON.stringify(withoutOwnWays(manifest, home)), sameNames) as Manifest;
    return [nameOf(neutral), stringify(neutral, { sortMapEntries: true, aliasDuplicateObjects: false })];
  });
  const byName = Object.fromEntries(entries);
  if (Object.keys(byName).length < entries.length) throw new Error("two objects have one kind and name");
  return byName;
}

/** @param home the namespace of them all, which Kustomize writes into each, and Helm into none */
function withoutOwnWays({ metadata, ...rest }: Manifest, home: string | undefined) {
  const { namespace, labels = {}, ...names } = metadata;
  // Of a namespace, Helm writes no label, and `part-of` says that the lab may delete it.
  const isOwn = (label: string) => !LABELS_OF_HELM.has(label) || (rest.kind === "Namespace" && label === PART_OF);
  const kept = Object.entries(labels).filter(([label]) => isOwn(label));
  const elsewhere = namespace === home ? {} : { namespace };
  return { ...rest, metadata: { ...names, ...elsewhere, labels: Object.fromEntries(kept) } };
}

/** The ConfigMaps whose names Kustomize has given a suffix. */
function generatedNames(manifests: readonly Manifest[]): ReadonlySet<string> {
  const names = manifests.filter(({ kind }) => kind === "ConfigMap").map(({ metadata }) => metadata.name);
  return new Set(names.filter((name) => HASH_SUFFIX.test(name)));
}

/** @param generated the names that lose their suffix, wherever they are referred to */
function withoutRolloutMarks(key: string, value: unknown, generated: ReadonlySet<string>): unknown {
  if (key === "name" && typeof value === "string") return generated.has(value) ? value.replace(HASH_SUFFIX, "") : value;
  if (key !== "annotations") return value;
  const { [CHECKSUM]: _, ...rest } = value as Record<string, string>;
  return Object.keys(rest).length === 0 ? undefined : rest;
}
