import { accessSync, constants, mkdirSync } from "node:fs";
import { flushCompileCache } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const RESTARTS = "LEAN_START_RESTARTS";
const KEEPS_MEMORY = "LEAN_START_KEEPS_MEMORY";
/** The environment of a program that ends soon: {@link releaseStartUpMemory} does nothing there, as it takes a fifth of a start. */
export const SHORT_LIVED = { [KEEPS_MEMORY]: "1" };
/** Of glibc: one arena for all threads instead of one each. The work is on one thread. */
const MALLOC_ARENA_MAX = "1";

/**
 * The environment with which a program of {@link leanStart} starts without a restart once the cache is filled, for who starts it; what the
 * environment of this process says of both variables counts. A start then takes a third less of the processor's time.
 */
export function leanStartEnvironment(env: NodeJS.ProcessEnv = process.env) {
  return {
    NODE_COMPILE_CACHE: env.NODE_COMPILE_CACHE ?? join(tmpdir(), "node-compile-cache"),
    MALLOC_ARENA_MAX: env.MALLOC_ARENA_MAX ?? MALLOC_ARENA_MAX,
  };
}

/**
 * Imports a program with `load` so that it stays small: Node's type stripper, once loaded, holds 20 MB for the life of the process, and is not
 * needed where Node's compile cache has the files already. So a process that has it replaces itself (`execve`: same process id, same
 * streams) by one that uses the cache, and once more when that one had to fill the cache. `load` must import only: it may run twice.
 * Where there is no `execve` (Windows) or no cache can be written, the program just runs as it is. Where the environment names a cache
 * from the start (`NODE_COMPILE_CACHE`, as the images do), the first process fills it, and one restart is enough.
 */
export async function leanStart<T>(load: () => Promise<T>): Promise<T> {
  const restarts = Number(process.env[RESTARTS] ?? (process.env.NODE_COMPILE_CACHE === undefined ? 0 : 1));
  if (hasTypeStripper() && restarts === 0) restart(1);
  const program = await load();
  if (hasTypeStripper() && restarts === 1) restart(2);
  return program;
}

/** Collects what starting left behind and gives it back to the operating system, once: an idle Node process would keep it. Not if {@link SHORT_LIVED}. */
export function releaseStartUpMemory(): void {
  if (process.env[KEEPS_MEMORY]) return;
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as (options: object) => void;
  collect({ type: "major", execution: "sync", flavor: "last-resort" });
}

/** amaro is what Node strips types with; `moduleLoadList` is all that tells whether it was needed. */
function hasTypeStripper(): boolean {
  const { moduleLoadList = [] } = process as { moduleLoadList?: readonly string[] };
  return moduleLoadList.some((name) => name.includes("/amaro/"));
}

function restart(restarts: number): void {
  if (process.execve === undefined || process.platform === "win32" || process.env.NODE_DISABLE_COMPILE_CACHE) return;
  const environment = leanStartEnvironment();
  if (!isWritable(environment.NODE_COMPILE_CACHE)) return;
  flushCompileCache();
  process.execve(process.execPath, [process.argv0, ...process.execArgv, ...process.argv.slice(1)], {
    ...process.env,
    ...environment,
    [RESTARTS]: String(restarts),
  });
}

/** False on a read-only root file system without a volume for temporary files. */
function isWritable(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
