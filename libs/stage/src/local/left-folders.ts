import { lstat, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isRunning, ownMark } from "../process-mark.ts";

/** What the names of all temporary folders of the lab begin with. */
const PREFIX = "grpc-lb-lab";
/** As {@link ownedPrefix} and mkdtemp make it. */
const OWNED = new RegExp(`^${PREFIX}-.+-(\\d+-\\d+-\\d+)-[A-Za-z0-9]{6}$`);

/** The beginning of a temporary folder's name, for mkdtemp: whose it is stands in it from its first moment. */
export function ownedPrefix(name: string): string {
  return `${PREFIX}-${name}-${ownMark()}-`;
}

/**
 * Removes temporary folders whose owners do not run any more: a lab that was killed together with its guardian leaves them, keys among them. Only
 * folders that by their names a lab has made, and that belong to this user. Never rejects: what cannot be removed stays.
 * @param parent - where they are; default: the system's folder for temporary files.
 */
export async function removeLeftFolders(parent = tmpdir()): Promise<void> {
  const names = await readdir(parent).catch(() => []);
  const left = names.filter((name) => {
    const mark = OWNED.exec(name)?.[1];
    return mark !== undefined && !isRunning(mark);
  });
  await Promise.all(left.map((name) => removeOwn(join(parent, name)).catch(() => undefined)));
}

/** A link, or another user's folder, is none of ours. */
async function removeOwn(path: string): Promise<void> {
  const found = await lstat(path);
  if (found.isDirectory() && found.uid === process.getuid?.()) await rm(path, { recursive: true, force: true });
}
