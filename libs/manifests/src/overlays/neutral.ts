import type { Manifest } from "../manifest.ts";

const MODE_LABEL = "grpc-lb-lab/mode";
/** What Kustomize puts behind the names of ConfigMaps and Secrets that it generates: their hash, in letters that make no words. */
const HASH_SUFFIX = /-[bcdfghkmt2456789]{10}$/;
const GENERATED = ["ConfigMap", "Secret"];

/** Manifests without what tells a mode by name only: its namespace, its label, and the hash in names of generated ConfigMaps. */
export function neutral(manifests: readonly Manifest[], mode: string): Manifest[] {
  const names = new Map([[`lab-${mode}`, "lab-<mode>"], ...generatedNames(manifests)]);
  const rename = (key: string, value: unknown) => {
    if (key === MODE_LABEL) return undefined;
    return typeof value === "string" ? (names.get(value) ?? value) : value;
  };
  return JSON.parse(JSON.stringify(manifests), rename);
}

function generatedNames(manifests: readonly Manifest[]): [string, string][] {
  return manifests
    .filter(({ kind }) => GENERATED.includes(kind))
    .map(({ metadata: { name } }) => [name, name.replace(HASH_SUFFIX, "")]);
}
