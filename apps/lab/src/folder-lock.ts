import { readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ensureWritable } from "@grpc-lb-lab/report";
import { isRunning, ownMark } from "@grpc-lb-lab/stage/process-mark";
import { InputError } from "@grpc-lb-lab/stage-api";

/** Each lab's own, named by its {@link ownMark}: one whose owner has ended can be removed by anybody, for nobody makes it again. */
const LOCK = /^\.lab-lock-(.+)$/;

/**
 * Takes an output folder, which is made where it is not there, for this process until the lock is disposed of: two labs would write over each other's
 * results. A lock whose owner does not run any more (kill -9) counts for nothing. Of an owner in another container that cannot be told, so it counts.
 * @throws {InputError} when the folder cannot be written to, or another lab that runs has it. Of two that ask in one moment, one has it at most.
 */
export async function lockFolder(folder: string): Promise<AsyncDisposable> {
  await ensureWritable(folder);
  const own = join(folder, `.lab-lock-${ownMark()}`);
  const exists = await writeFile(own, "", { flag: "wx" }).then(() => false, isThere);
  if (exists) throw taken(folder, own, await madeAt(own));
  const ownAtNs = await madeAt(own);
  for (const name of await readdir(folder)) {
    const [, mark] = LOCK.exec(name) ?? [];
    const other = join(folder, name);
    if (mark === undefined || other === own) continue;
    const otherAtNs = isRunning(mark) ? await madeAt(other) : await removed(other);
    // Whoever makes a lock looks at the others afterwards: the later one sees the earlier. In one tick of the clock both may, and both give way.
    if (otherAtNs === undefined || ownAtNs === undefined || otherAtNs > ownAtNs) continue;
    await rm(own, { force: true });
    throw taken(folder, other, otherAtNs);
  }
  return { [Symbol.asyncDispose]: () => rm(own, { force: true }) };
}

/** As long as a table is read and written, many times over. */
const SOON_MS = 30_000;
const LOOK_AGAIN_MS = 50;

/**
 * As {@link lockFolder}, for a moment's work: waits for another lab that has the folder, 30 s at most.
 * @throws {InputError} as {@link lockFolder}, when the other has it all that time.
 */
export async function lockFolderSoon(folder: string, soonMs: number = SOON_MS): Promise<AsyncDisposable> {
  const late = AbortSignal.timeout(soonMs);
  for (;;) {
    try {
      return await lockFolder(folder);
    } catch (error) {
      if (!(error instanceof FolderTakenError) || late.aborted) throw error;
    }
    // Two that gave way to each other must not meet again.
    await delay(LOOK_AGAIN_MS + (process.pid % LOOK_AGAIN_MS));
  }
}

/** Another lab has the folder. */
class FolderTakenError extends InputError {}

function isThere(error: NodeJS.ErrnoException): true {
  if (error.code === "EEXIST") return true;
  throw error;
}

/** In ns since 1970; undefined where it has gone. */
async function madeAt(lock: string): Promise<bigint | undefined> {
  return await stat(lock, { bigint: true }).then(
    ({ ctimeNs }) => ctimeNs,
    () => undefined,
  );
}

async function removed(lock: string): Promise<undefined> {
  await rm(lock, { force: true });
}

function taken(folder: string, lock: string, atNs = 0n): FolderTakenError {
  const [pid] = LOCK.exec(lock.slice(folder.length + 1))?.[1]?.split("-") ?? [];
  const startedAt = new Date(Number(atNs / 1_000_000n)).toISOString();
  return new FolderTakenError(
    `${folder}: another lab writes its results there (process ${pid}, started ${startedAt}). Wait for its end, or choose another folder with --out; if it ran in a container that is gone, delete ${lock}.`,
  );
}
