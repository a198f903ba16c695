import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, relative } from "node:path";
import { parse } from "yaml";
import type { Manifest } from "../manifest.ts";
import { readManifests } from "../read-manifests.ts";
import { render } from "../render.ts";

const KUSTOMIZE = join(import.meta.dirname, "../../../../deploy/kustomize");
const FILE = "kustomization.yaml";

/** The path of something in `deploy/kustomize`. */
export function inKustomize(path: string): string {
  return join(KUSTOMIZE, path);
}

/** The names of the components that a mode's overlay selects, in its order. */
export function selectedBy(mode: string): string[] {
  return componentsOf(`overlays/${mode}`);
}

/** The names of the components that a component brings along, in its order. */
export function broughtBy(component: string): string[] {
  return componentsOf(`components/${component}`);
}

/**
 * The manifests of a mode's overlay as if it selected these components in place of its own.
 * @throws {InputError} as {@link render}.
 */
export async function renderSelection(mode: string, components: readonly string[]): Promise<Manifest[]> {
  const overlay = inKustomize(`overlays/${mode}`);
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "lab-overlay-"));
  const fromFolder = (path: string) => relative(folder, path);
  const selection = readKustomization(`overlays/${mode}`);
  const kustomization = {
    ...selection,
    resources: selection.resources?.map((path) => fromFolder(join(overlay, path))),
    components: components.map((name) => fromFolder(inKustomize(`components/${name}`))),
  };
  try {
    writeFileSync(join(folder, FILE), JSON.stringify(kustomization));
    return readManifests(await render(folder), mode);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Kustomization {
  readonly resources?: readonly string[];
  readonly components?: readonly string[];
}

function readKustomization(folder: string): Kustomization {
  return parse(readFileSync(join(inKustomize(folder), FILE), "utf8"));
}

function componentsOf(folder: string): string[] {
  return (readKustomization(folder).components ?? []).map((path) => basename(path));
}
