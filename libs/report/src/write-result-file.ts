import { randomUUID } from "node:crypto";
import { access, constants, mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Result } from "@grpc-lb-lab/measure";
import { ResultFileError, reasonOf } from "./result-file-error.ts";

/**
 * Writes `result` as indented JSON, all or nothing: a reader never sees half a file. The folder must exist (see {@link ensureWritable}).
 * @throws ResultFileError when the folder is missing, full or not writable.
 */
export async function writeResultFile(path: string, result: Result): Promise<void> {
  await writeTextFile(path, `${JSON.stringify(result, null, 2)}\n`);
}

/**
 * Writes `text`, all or nothing: a reader never sees half a file. The folder must exist (see {@link ensureWritable}).
 * @throws ResultFileError when the folder is missing, full or not writable.
 */
export async function writeTextFile(path: string, text: string): Promise<void> {
  // Beside the target, because a rename is atomic only within one file system.
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, text, { flag: "wx" });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new ResultFileError(path, `cannot be written (${reasonOf(error)})`, outputRemedy(dirname(path)), error);
  }
}

/**
 * Makes `folder` with its parents and proves that a file can be made in it, so that a long run does not end in a write error.
 * @throws ResultFileError when it cannot.
 */
export async function ensureWritable(folder: string): Promise<void> {
  const probe = join(folder, `.${randomUUID()}.tmp`);
  try {
    await makeFolder(resolve(folder));
    await access(folder, constants.W_OK);
    await writeFile(probe, "", { flag: "wx" });
  } catch (error) {
    throw new ResultFileError(folder, `is not a writable folder (${reasonOf(error)})`, outputRemedy(folder), error);
  } finally {
    await rm(probe, { force: true }).catch(() => undefined);
  }
}

function outputRemedy(folder: string): string {
  return `Make ${folder} a folder that you may write to, or choose another with --out`;
}

/** Not `mkdir` with `recursive`: that never returns where the system says ENOENT for a folder it will not have made (/proc). */
async function makeFolder(folder: string): Promise<void> {
  const parentExists = await stat(dirname(folder)).then(
    () => true,
    () => false,
  );
  if (!parentExists) await makeFolder(dirname(folder));
  await mkdir(folder).catch(async (error) => {
    if (!(await stat(folder).catch(() => undefined))?.isDirectory()) throw error;
  });
}
