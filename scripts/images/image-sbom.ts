import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Contrib, Enums, Models, Serialize, Spec } from "@cyclonedx/cyclonedx-library";
import { PackageURL } from "packageurl-js";
import * as parseSpdx from "spdx-expression-parse";
import { directDependencies, lockedDependencies, type PackageLock } from "./locked-dependencies.ts";

const { ExternalReferenceFactory } = Contrib.FromNodePackageJson.Factories;
const { ComponentBuilder } = Contrib.FromNodePackageJson.Builders;
const { LicenseFactory } = Contrib.License.Factories;

const builder = new ComponentBuilder(new ExternalReferenceFactory(), new LicenseFactory(parseSpdx.default));

/**
 * The software bill of materials of an application's image, as CycloneDX 1.6 JSON: what the image holds above its base. A base has one of
 * its own.
 * @param root - the repository, with its dependencies installed.
 * @see https://cyclonedx.org/docs/1.6/json/
 */
export async function imageSbom(application: string, root: string): Promise<string> {
  const lock: PackageLock = JSON.parse(await readFile(join(root, "package-lock.json"), "utf8"));
  const folder = `apps/${application}`;
  const { workspaces, packages } = lockedDependencies(lock, folder);
  const folders = [...workspaces, ...packages];
  const components = new Map(await Promise.all(folders.map(async (at) => [at, await component(root, at)] as const)));
  for (const [at, one] of components) {
    for (const needed of directDependencies(lock, at)) one.dependencies.add(refOf(components, needed));
  }
  const bom = new Models.Bom();
  bom.metadata.component = components.get(folder);
  components.delete(folder);
  for (const one of components.values()) bom.components.add(one);
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return serializer.serialize(bom, { sortLists: true, space: 2 });
}

async function component(root: string, folder: string): Promise<Models.Component> {
  const manifest = JSON.parse(await readFile(join(root, folder, "package.json"), "utf8"));
  const type = folder.startsWith("apps/") ? Enums.ComponentType.Application : Enums.ComponentType.Library;
  const made = builder.makeComponent(manifest, type);
  if (made === undefined) throw new Error(`${folder}/package.json cannot be read as a package: it needs a name`);
  made.bomRef.value = folder;
  made.purl = new PackageURL("npm", made.group, made.name, made.version, undefined, undefined).toString();
  return made;
}

function refOf(components: ReadonlyMap<string, Models.Component>, folder: string): Models.BomRef {
  const found = components.get(folder);
  if (found === undefined) throw new Error(`${folder} is needed but not listed`);
  return found.bomRef;
}
