import { readdirSync, statSync } from "node:fs";
import { extname, join } from "node:path";

/** How the names of files with manifests end, as kubectl knows them. */
export const MANIFEST_EXTENSIONS: readonly string[] = [".yaml", ".yml", ".json"];

/**
 * What `kubectl apply -f` reads of a path: the file, or the YAML and JSON files of the folder, by name; none of folders within.
 * @throws what the file system says of a path that is not there.
 */
export function manifestFiles(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  const names = readdirSync(path).filter((name) => MANIFEST_EXTENSIONS.includes(extname(name)));
  return names.toSorted().map((name) => join(path, name));
}
