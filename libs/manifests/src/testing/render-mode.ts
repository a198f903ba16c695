import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { parse } from "yaml";
import { type Manifest, readManifests } from "../manifest.ts";
import { render } from "../render.ts";
import { inRepository } from "./in-repository.ts";

/** The manifests of a mode's overlay; with more components, as if it selected them too. */
export async function renderMode(mode: string, components: readonly string[] = []): Promise<Manifest[]> {
  const overlay = inRepository(`deploy/kustomize/overlays/${mode}`);
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "lab-overlay-"));
  const fromFolder = (path: string) => relative(folder, join(overlay, path));
  const selection = parse(readFileSync(join(overlay, "kustomization.yaml"), "utf8"));
  const selected = [...selection.components, ...components.map((name) => `../../components/${name}`)];
  const kustomization = {
    ...selection,
    resources: selection.resources.map(fromFolder),
    components: selected.map(fromFolder),
  };
  try {
    writeFileSync(join(folder, "kustomization.yaml"), JSON.stringify(kustomization));
    return readManifests(await render(folder), mode);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
