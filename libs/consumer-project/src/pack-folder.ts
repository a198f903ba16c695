import { execFile } from "node:child_process";
import { cp, readFile, symlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * Runs `npm pack` in a copy of a workspace folder that is made below `into`, and returns the tarball's path. In a copy, because packing changes
 * package.json for a moment, and others may be reading it.
 * @throws {Error} when packing has not put package.json back as it was.
 */
export async function packFolder(workspaceFolder: string, into: string): Promise<string> {
  const libs = dirname(workspaceFolder);
  const root = dirname(libs);
  const copy = join(into, basename(libs), basename(workspaceFolder));
  for (const name of ["LICENSE", "tsconfig.base.json"]) await cp(join(root, name), join(into, name));
  for (const name of ["package.json", "README.md", "tsconfig.dist.json", "src"])
    await cp(join(workspaceFolder, name), join(copy, name), { recursive: true });
  await symlink(join(root, "node_modules"), join(into, "node_modules"));
  const { stdout } = await run("npm", ["pack", "--silent"], { cwd: copy });
  const [before, after] = await Promise.all([workspaceFolder, copy].map(readManifest));
  if (after !== before) throw new Error(`npm pack has left ${basename(workspaceFolder)}/package.json changed`);
  return join(copy, stdout.trim().split("\n").at(-1) ?? "");
}

function readManifest(folder: string): Promise<string> {
  return readFile(join(folder, "package.json"), "utf8");
}
