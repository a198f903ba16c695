import { execFile } from "node:child_process";
import { mkdir, mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { packFolder } from "./pack-folder.ts";

const execute = promisify(execFile);
const TSC = fileURLToPath(new URL("../../../node_modules/.bin/tsc", import.meta.url));
/** What ends a program that hangs. */
const LONGEST_RUN_MS = 60_000;

/** What {@link ConsumerProject.create} makes a project of. */
export interface ConsumerProjectOptions {
  /** The path of the folder whose package is installed, two levels below the workspace's root. */
  readonly workspaceFolder: string;
  /** What else is installed, as npm takes it: `@grpc/grpc-js@1.14.0`. Node's types come without being named. */
  readonly packages: readonly string[];
  /** Whether packages may run scripts when they are installed. Default: they may. */
  readonly installScripts?: boolean;
}

/** How {@link ConsumerProject.typecheck} differs from a strict check of everything. */
export interface TypecheckOptions {
  /** Default: the compiler's. */
  readonly target?: string;
  /** Whether the declarations of packages are taken as they are. Default: they are checked, too. */
  readonly skipLibCheck?: boolean;
}

/** An empty project outside of the workspace, as a user of a package has it: with what `npm pack` makes, and no file of the lab's. */
export class ConsumerProject implements AsyncDisposable {
  readonly #folder: string;
  readonly #resources: AsyncDisposableStack;

  private constructor(folder: string, resources: AsyncDisposableStack) {
    this.#folder = folder;
    this.#resources = resources;
  }

  /** Packs a folder of the workspace, and installs that in a new project. */
  static async create(options: ConsumerProjectOptions): Promise<ConsumerProject> {
    const { workspaceFolder, packages, installScripts = true } = options;
    await using resources = new AsyncDisposableStack();
    const { path } = resources.use(await mkdtempDisposable(join(tmpdir(), "consumer-project-")));
    const tarball = await packFolder(workspaceFolder, path);
    const folder = join(path, "project");
    await mkdir(folder);
    await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
    const types = `@types/node@${process.versions.node.split(".")[0]}`;
    const flags = ["--prefer-offline", "--no-audit", "--no-fund", ...(installScripts ? [] : ["--ignore-scripts"])];
    await execute("npm", ["install", ...flags, tarball, ...packages, types], { cwd: folder });
    return new ConsumerProject(folder, resources.move());
  }

  /** Writes a file of the project. */
  async write(file: string, content: string): Promise<void> {
    await writeFile(join(this.#folder, file), content);
  }

  /** Type checks these files, strictly; rejects with what the compiler says. */
  async typecheck(files: readonly string[], { target, skipLibCheck = false }: TypecheckOptions = {}): Promise<void> {
    const strict = ["--noEmit", "--strict", "--module", "nodenext", "--types", "node"];
    const options = ["--skipLibCheck", String(skipLibCheck), ...(target === undefined ? [] : ["--target", target])];
    await execute(TSC, [...strict, ...options, ...files], { cwd: this.#folder });
  }

  /** Runs a file with this Node, and returns what it printed; rejects when it fails. `env`: variables beside those of this process. */
  async run(
    file: string,
    env: Readonly<Record<string, string>> = {},
  ): Promise<{ readonly stdout: string; readonly stderr: string }> {
    return await execute(process.execPath, [file], {
      cwd: this.#folder,
      env: { ...process.env, ...env },
      timeout: LONGEST_RUN_MS,
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#resources.disposeAsync();
  }
}
