import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it, onTestFinished } from "vitest";
import { leanStartEnvironment, SHORT_LIVED } from "./lean-start.ts";

const run = promisify(execFile);

/** A TypeScript program in a folder of its own, run by this Node. */
async function programOf(source: string) {
  const folder = await mkdtemp(join(tmpdir(), "lean-start-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "package.json"), '{"type":"module"}');
  await writeFile(join(folder, "program.ts"), "export const answer: number = 42;\n");
  await writeFile(join(folder, "main.ts"), source);
  const { NODE_COMPILE_CACHE: _, ...env } = process.env;
  return async (cache: NodeJS.ProcessEnv) => {
    const { stdout } = await run(process.execPath, [join(folder, "main.ts")], { env: { ...env, ...cache } });
    return JSON.parse(stdout);
  };
}

const HAS_STRIPPER = "process.moduleLoadList.some((name) => name.includes('/amaro/'))";

it("may go when Node without a cache keeps no type stripper any more", async () => {
  const program = await programOf(`await import("./program.ts"); console.log(JSON.stringify(${HAS_STRIPPER}));`);
  expect(await program({ NODE_DISABLE_COMPILE_CACHE: "1" })).toBe(true);
});

it("runs a program in a process, with the same id, that has loaded no type stripper", async () => {
  const leanStart = join(import.meta.dirname, "lean-start.ts");
  const program = await programOf(`
    import { leanStart } from ${JSON.stringify(leanStart)};
    process.env.FIRST_PID ??= String(process.pid);
    const { answer } = await leanStart(() => import("./program.ts"));
    console.log(JSON.stringify([answer, Number(process.env.FIRST_PID) === process.pid, ${HAS_STRIPPER}]));`);
  const cache = await mkdtemp(join(tmpdir(), "lean-start-cache-"));
  onTestFinished(() => rm(cache, { recursive: true }));
  expect(await program({ NODE_COMPILE_CACHE: cache })).toEqual([42, true, false]);
});

it("replaces no process that was started with its environment, once the cache is filled", async () => {
  const leanStart = join(import.meta.dirname, "lean-start.ts");
  const program = await programOf(`
    import { leanStart } from ${JSON.stringify(leanStart)};
    await leanStart(() => import("./program.ts"));
    console.log(JSON.stringify([process.env.LEAN_START_RESTARTS ?? "none", ${HAS_STRIPPER}]));`);
  const cache = await mkdtemp(join(tmpdir(), "lean-start-cache-"));
  onTestFinished(() => rm(cache, { recursive: true }));
  const environment = leanStartEnvironment({ NODE_COMPILE_CACHE: cache });
  expect(await program(environment)).toEqual(["2", false]);
  expect(await program(environment)).toEqual(["none", false]);
});

it("gives memory back at once, but not in a program that is short-lived", async () => {
  const leanStart = join(import.meta.dirname, "lean-start.ts");
  const program = await programOf(`
    import { setTimeout } from "node:timers/promises";
    import { releaseStartUpMemory } from ${JSON.stringify(leanStart)};
    const left = new WeakRef({});
    await setTimeout(1);
    releaseStartUpMemory();
    console.log(JSON.stringify(left.deref() === undefined));`);
  expect(await program({})).toBe(true);
  expect(await program(SHORT_LIVED)).toBe(false);
});
