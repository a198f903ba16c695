import { existsSync, readdirSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { DeployError } from "./deploy-error.ts";
import { kubectlOffline } from "./kubectl.ts";

/** Where images come from; both undefined: `grpc-lb-lab/<name>:dev`, loaded into the nodes. */
export interface ImageSource {
  /** As for `make push`. */
  readonly registry: string | undefined;
  readonly tag: string | undefined;
}

const ROOT = join(import.meta.dirname, "../..");
const OVERLAYS = join(ROOT, "deploy/kustomize/overlays");
const IMAGES = ["backend", "frontend", "echo", "lab", "envoy"];

/** The names of all overlays, walk-throughs included. */
export function overlayNames(): string[] {
  return readdirSync(OVERLAYS).sort();
}

/**
 * An overlay's manifests as YAML.
 * @throws {DeployError} when there is no such overlay.
 */
export async function renderOverlay(name: string, images: ImageSource): Promise<string> {
  const folder = join(OVERLAYS, name);
  if (!existsSync(join(folder, "kustomization.yaml"))) {
    throw new DeployError(`there is no overlay ${name}; there are ${overlayNames().join(", ")}`);
  }
  return kubectlOffline(["kustomize", await withImages(name, folder, images)]);
}

/** The folder of an overlay on top that sets registry and tag; the overlay itself where neither is given. */
async function withImages(name: string, overlay: string, { registry, tag }: ImageSource): Promise<string> {
  if (registry === undefined && tag === undefined) return overlay;
  const folder = join(ROOT, "out/deploy", name);
  await mkdir(folder, { recursive: true });
  const images = IMAGES.map((image) => ({
    name: `grpc-lb-lab/${image}`,
    ...(registry === undefined ? {} : { newName: `${registry}/${image}` }),
    ...(tag === undefined ? {} : { newTag: tag }),
  }));
  const kustomization = { resources: [relative(folder, overlay)], images };
  await writeFile(join(folder, "kustomization.yaml"), JSON.stringify(kustomization, null, 2));
  return folder;
}
