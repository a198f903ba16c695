import { existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { InputError } from "@grpc-lb-lab/input-error";
import type { Manifest } from "./manifest.ts";
import { MANIFEST_EXTENSIONS, manifestFiles } from "./manifest-files.ts";
import { readManifests } from "./read-manifests.ts";
import { isKustomization, render } from "./render.ts";

/**
 * Reads manifests as `kubectl apply -f` and `-k` take them: YAML or JSON files, folders of such files, folders with a kustomization, which is
 * rendered, and `-` for `stdin`. No cluster is asked.
 * @throws {InputError} when one is not there, cannot be read or rendered, or has no Kubernetes object.
 */
export async function readInputs(paths: readonly string[], stdin: Readable): Promise<Manifest[]> {
  const inputs = await Promise.all(paths.map((path) => readInput(path, stdin)));
  const manifests = inputs.flat();
  if (manifests.length === 0) throw new InputError(`${paths.join(", ")}: there is no Kubernetes object to check`);
  return manifests;
}

async function readInput(path: string, stdin: Readable): Promise<Manifest[]> {
  if (path === "-") return readManifests(await text(stdin), "stdin");
  if (!existsSync(path))
    throw new InputError(`${path} does not exist: name a file or a folder of manifests, or - for standard input`);
  if (statSync(path).isDirectory() && isKustomization(path)) {
    return readManifests(await render(path), `${path} (rendered)`);
  }
  const files = manifestFiles(path);
  if (files.length > 0) return readFiles(files);
  throw new InputError(`${path} has neither a kustomization.yaml nor a file with ${MANIFEST_EXTENSIONS.join(", ")}`);
}

async function readFiles(files: readonly string[]): Promise<Manifest[]> {
  const texts = await Promise.all(
    files.map((file) =>
      readFile(file, "utf8").catch((error: Error) => {
        throw new InputError(`${file} cannot be read: ${error.message}`, { cause: error });
      }),
    ),
  );
  return texts.flatMap((one, index) => readManifests(one, files[index] ?? ""));
}
