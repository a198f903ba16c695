import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ChildProcesses } from "./child-processes.ts";
import { ownedPrefix } from "./left-folders.ts";

/** A folder of its own until it is disposed, with all that is in it by then. */
export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string;
  /** Writes files, by their names in the folder, each at once and as a whole. */
  write(files: Readonly<Record<string, string>>): Promise<void>;
}

/**
 * Makes a folder for temporary files of child processes, for this user alone. It goes also should the lab be killed: by the guardian, or where that was
 * killed too when the next lab starts.
 * @param name - a part of the folder's name.
 */
export async function temporaryFolder(
  name: string,
  children: Pick<ChildProcesses, "guardFolder">,
): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), ownedPrefix(name)));
  children.guardFolder(path);
  const write = async (files: Readonly<Record<string, string>>) => {
    await Promise.all(Object.entries(files).map(([file, text]) => replaceFile(join(path, file), text)));
  };
  return { path, write, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** A program that reads the file meanwhile gets all of the old one or all of the new. */
async function replaceFile(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}
