import { readdirSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { imageName, imageNames, kubectlOffline } from "@grpc-lb-lab/cluster";
import { InputError } from "@grpc-lb-lab/input-error";
import { MODES } from "@grpc-lb-lab/modes";

/** Where images come from; both undefined: `grpc-lb-lab/<name>:dev`, loaded into the nodes. */
export interface ImageSource {
  /** As for `make push`. */
  readonly registry: string | undefined;
  readonly tag: string | undefined;
}

const ROOT = join(import.meta.dirname, "../../..");
const OVERLAYS = join(ROOT, "deploy/kustomize/overlays");
const COMPONENTS = join(ROOT, "deploy/kustomize/components");
const IMAGES = imageNames(MODES.flatMap(({ programs }) => programs));

/** The names of all overlays, walk-throughs included. */
export function overlayNames(): string[] {
  return readdirSync(OVERLAYS).sort();
}

/**
 * An overlay's manifests as YAML.
 * @param components - names of components that are applied after the overlay's own
 * @throws {InputError} when there is no such overlay or component.
 */
export async function renderOverlay(
  name: string,
  images: ImageSource,
  components: readonly string[] = [],
): Promise<string> {
  const folder = join(OVERLAYS, name);
  assertThere("overlay", name, overlayNames());
  for (const component of components) assertThere("component", component, readdirSync(COMPONENTS).sort());
  return kubectlOffline(["kustomize", await withChanges(name, folder, images, components)]);
}

function assertThere(what: string, name: string, there: readonly string[]): void {
  if (there.includes(name)) return;
  throw new InputError(`there is no ${what} ${name}; there are ${there.join(", ")}`);
}

/** The folder of an overlay on top that sets registry and tag and takes more components; the overlay itself where nothing is given. */
async function withChanges(
  name: string,
  overlay: string,
  { registry, tag }: ImageSource,
  components: readonly string[],
): Promise<string> {
  if (registry === undefined && tag === undefined && components.length === 0) return overlay;
  const folder = join(ROOT, "out/deploy", name);
  await mkdir(folder, { recursive: true });
  const images = IMAGES.map((image) => ({
    name: imageName(image),
    ...(registry === undefined ? {} : { newName: `${registry}/${image}` }),
    ...(tag === undefined ? {} : { newTag: tag }),
  }));
  const kustomization = {
    resources: [relative(folder, overlay)],
    components: components.map((component) => relative(folder, join(COMPONENTS, component))),
    images,
  };
  await writeFile(join(folder, "kustomization.yaml"), JSON.stringify(kustomization, null, 2));
  return folder;
}
