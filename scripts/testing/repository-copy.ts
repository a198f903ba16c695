import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of this repository. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SCOPE = "@grpc-lb-lab";

/**
 * A copy of what git tracks or would track, to break or to add things in; it goes when it is disposed. The packages that were installed are linked
 * in, and the workspace's own are the copy's.
 */
export class RepositoryCopy implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), "lab-copy-"));

  constructor() {
    const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
      cwd: ROOT,
      encoding: "utf8",
    });
    const files = listed
      .trim()
      .split("\n")
      .filter((file) => existsSync(join(ROOT, file)));
    for (const file of files) cpSync(join(ROOT, file), join(this.folder, file));
    for (const installed of ["node_modules", ...globSync("{apps,libs}/*/node_modules", { cwd: ROOT })])
      this.#link(installed);
    execFileSync("git", ["init", "--quiet"], { cwd: this.folder });
  }

  /** Runs a program in the copy. */
  run(command: string, ...args: readonly string[]) {
    return this.runIn(".", command, ...args);
  }

  /** Runs a program in a folder of the copy. */
  runIn(folder: string, command: string, ...args: readonly string[]) {
    // Tests of the copy are not to be counted among those of this run, nor written over them.
    const { LAB_TEST_REPORTS: _, ...own } = process.env;
    const env = { ...own, NX_DAEMON: "false", NX_WORKSPACE_ROOT_PATH: this.folder };
    return spawnSync(command, args, { cwd: join(this.folder, folder), encoding: "utf8", env });
  }

  /** Commits everything that is there. */
  commit(message: string): void {
    const author = ["-c", "user.name=t", "-c", "user.email=t@t"];
    for (const args of [
      ["add", "--all"],
      [...author, "commit", "--quiet", "--message", message],
    ])
      execFileSync("git", args, { cwd: this.folder });
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true });
  }

  /** Each package by itself, for those of the workspace lead to this repository, and must lead to the copy. */
  #link(installed: string): void {
    mkdirSync(join(this.folder, installed), { recursive: true });
    for (const name of readdirSync(join(ROOT, installed))) {
      if (name !== SCOPE) symlinkSync(join(ROOT, installed, name), join(this.folder, installed, name));
    }
    if (!existsSync(join(ROOT, installed, SCOPE))) return;
    mkdirSync(join(this.folder, installed, SCOPE));
    const projects = globSync("{apps,libs}/*/package.json", { cwd: ROOT }).map(dirname);
    for (const project of [...projects, "scripts"]) {
      const name = project.split("/").at(-1) ?? project;
      symlinkSync(join(this.folder, project), join(this.folder, installed, SCOPE, name));
    }
  }
}
