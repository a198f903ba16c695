import { chmod, cp, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { IMAGE_APPLICATIONS } from "@grpc-lb-lab/cluster/images";
import { type LockedDependencies, lockedDependencies, type PackageLock } from "./locked-dependencies.ts";

/** Where an image is assembled from, and where to. */
export interface Assembly {
  /** The repository, with its dependencies installed. */
  readonly root: string;
  /** The folder that becomes the build context; what was there is deleted. */
  readonly context: string;
}

/**
 * Makes the build context of an application's image: `shared/` (dependencies that all applications have), `own/` (its other ones) and
 * `sources/` (its workspaces), each a part of the image's file system. Nothing is downloaded.
 */
export async function assembleImage(application: string, { root, context }: Assembly): Promise<void> {
  const lock: PackageLock = JSON.parse(await readFile(join(root, "package-lock.json"), "utf8"));
  const needed = lockedDependencies(lock, `apps/${application}`);
  const everywhere = sharedPackages(lock);
  await rm(context, { recursive: true, force: true });
  await mkdir(context, { recursive: true });
  await cp(join(root, "deploy/images/Dockerfile"), join(context, "Dockerfile"));
  for (const folder of needed.packages) {
    const layer = everywhere.has(folder) ? "shared" : "own";
    await cp(join(root, folder), join(context, layer, "app", folder), { recursive: true, filter: isRunPart });
  }
  await mkdir(join(context, "own/app"), { recursive: true }); // Of an application that needs nothing of its own.
  await addSources(application, needed, { root, context: join(context, "sources") });
  await letEverybodyRead(context);
}

/** An image takes the modes of files over, which a checkout has from the umask. Its user may be any: OpenShift assigns one. */
async function letEverybodyRead(context: string): Promise<void> {
  const entries = await readdir(context, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((one) => one.isFile() || one.isDirectory())) {
    const path = join(entry.parentPath, entry.name);
    const { mode } = await stat(path);
    const forAll = mode | 0o444 | (entry.isDirectory() || mode & 0o100 ? 0o111 : 0);
    if (forAll !== mode) await chmod(path, forAll);
  }
}

/** What every application needs: a layer of its own, so that the images share it. */
function sharedPackages(lock: PackageLock): ReadonlySet<string> {
  const sets = IMAGE_APPLICATIONS.map(({ name }) => new Set(lockedDependencies(lock, `apps/${name}`).packages));
  return sets.reduce((all, packages) => all.intersection(packages));
}

/** Node runs no `.ts` below node_modules: there it is declarations and sources of what is run compiled. */
const NOT_RUN = /\.(ts|mts|cts|map|md|markdown|tsbuildinfo)$/;

/** Another package's own node_modules is copied as packages of their own, or not at all. */
function isRunPart(path: string): boolean {
  return basename(path) !== "node_modules" && !NOT_RUN.test(path);
}

async function addSources(application: string, { workspaces }: LockedDependencies, { root, context }: Assembly) {
  const app = join(context, "app");
  for (const folder of workspaces) {
    await cp(join(root, folder), join(app, folder), { recursive: true, filter: isShipped });
    const { name } = JSON.parse(await readFile(join(root, folder, "package.json"), "utf8"));
    const link = join(app, "node_modules", name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(relative(dirname(link), join(app, folder)), link);
  }
  await symlink(`apps/${application}/src/main.ts`, join(app, "main.ts"));
  if (application === "lab") await addCommand(join(context, "usr/local/bin/lab"));
}

const NOT_SHIPPED = new Set([
  "node_modules",
  "testing",
  "bench",
  "examples",
  "dist",
  "out",
  "README.md",
  "tsconfig.json",
]);

function isShipped(path: string): boolean {
  return !NOT_SHIPPED.has(basename(path)) && !path.endsWith(".test.ts");
}

/** `lab` on the PATH: the kernel starts Node by the first line, for the image has neither a shell nor env. */
async function addCommand(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, '#!/nodejs/bin/node\nimport("/app/apps/lab/bin/lab.js");\n');
  await chmod(path, 0o755);
}
