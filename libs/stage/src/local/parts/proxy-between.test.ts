import { readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { InputError, type Launcher, ProgramUnavailableError, type ProxyProgram } from "@grpc-lb-lab/stage-api";
import { afterEach, describe, expect, it, vi } from "vitest";
import { madeUpMode } from "../../testing/made-up-mode.ts";
import { NOTHING, plainStage } from "../testing/plain-stage.ts";
import { firstLine, isFree, takePort } from "../testing/ports.ts";
import { isRunning } from "../testing/processes.ts";

const FAKE_PROXY = fileURLToPath(new URL("../testing/fake-proxy.ts", import.meta.url));

afterEach(() => void vi.unstubAllEnvs());

interface Behaviour {
  readonly behaves?: string;
  readonly readiness?: ProxyProgram["readiness"];
  readonly find?: ProxyProgram["find"];
}

/** A mode with a program that no library knows: this Node with a script, told by a file. */
function modeWithProgram({ behaves, readiness = { by: "listener" }, find }: Behaviour) {
  const folders: string[] = [];
  const program: ProxyProgram = {
    name: `fake-proxy-${process.pid}`,
    image: "none",
    readiness,
    refreshesDns: true,
    find: find ?? (async () => ({ path: process.execPath, version: process.version, env: { NODE_NO_WARNINGS: "1" } })),
    run: ({ listener, admin, folder }) => {
      folders.push(folder);
      const settings = { behaves, says: "proxied", listener, ...(readiness.by === "admin" ? { admin } : {}) };
      return {
        args: [FAKE_PROXY, join(folder, "settings.json")],
        files: { "settings.json": JSON.stringify(settings) },
      };
    },
  };
  const launcher: Launcher = async (cluster) => {
    const { address, start } = await cluster.proxyBetween(program);
    return { target: address, clientEnv: { BACKEND_TARGET: address }, podsReady: start };
  };
  return { mode: madeUpMode({ local: async () => launcher }), folders, name: program.name, program };
}

/** What programs have left among the temporary files. */
async function leftFolders(name: string): Promise<string[]> {
  return (await readdir(tmpdir())).filter((folder) => folder.includes(name));
}

/** The process that answers. */
async function pidAt(target: string): Promise<number> {
  const [, pid] = (await firstLine(target)).split(" ");
  return Number(pid);
}

describe("a program of a mode's own between client and pods", () => {
  it.each([{ by: "listener" }, { by: "admin", path: "/healthy" }] as const)(
    "runs with its files until the deployment ends, and is ready as it says: %j",
    async (readiness) => {
      const { stage, aborting, prefix, remains } = plainStage();
      const { mode, folders, name } = modeWithProgram({ readiness });
      const deployment = await stage.start(mode, { pods: 1, signal: aborting.signal });
      const pid = await pidAt(deployment.target);
      expect(deployment.target).toMatch(new RegExp(`^${prefix}.6:`));
      expect(JSON.parse(await readFile(join(folders[0] ?? "", "settings.json"), "utf8")).says).toBe("proxied");
      expect(Object.keys(deployment.timings)).toContain("dnsRefreshMs");
      await deployment[Symbol.asyncDispose]();
      expect(deployment.problems).toEqual([]);
      expect([isRunning(pid), await leftFolders(name), await remains()]).toEqual([false, [], NOTHING]);
    },
  );

  it("is told of the pods by a file that the mode writes anew, as late as a cluster tells of them", async () => {
    const { stage, aborting, prefix } = plainStage();
    const { mode: other, folders, program } = modeWithProgram({});
    const launcher: Launcher = async (cluster) => {
      const { address, start, write } = await cluster.proxyBetween(program);
      await cluster.endpoints("a stand-in", (addresses) => write({ "pods.txt": addresses.join() }));
      return { target: address, clientEnv: { BACKEND_TARGET: address }, podsReady: start };
    };
    const mode = { ...other, launchers: { local: async () => launcher } };
    await using deployment = await stage.start(mode, { pods: 1, signal: aborting.signal });
    const file = join(folders[0] ?? "", "pods.txt");
    expect(await readFile(file, "utf8")).toBe(`${prefix}.11`);
    expect(deployment.simulated).toContain("a stand-in");
    await deployment.scale(2);
    await vi.waitFor(async () => expect(await readFile(file, "utf8")).toBe(`${prefix}.11,${prefix}.12`));
    await deployment.scale(1);
    await vi.waitFor(async () => expect(await readFile(file, "utf8")).toBe(`${prefix}.11`), { timeout: 60_000 });
    expect(deployment.problems).toEqual([]);
  });

  it("tells what its admin port answers, once it runs, and that it does not answer", async () => {
    const { stage, aborting } = plainStage();
    const { mode: other, program } = modeWithProgram({ readiness: { by: "admin", path: "/healthy" } });
    const answers: unknown[] = [];
    const launcher: Launcher = async (cluster) => {
      const { address, start, ask } = await cluster.proxyBetween(program);
      const podsReady = async () => {
        await start();
        for (const path of ["/healthy", "/gone"]) answers.push(await ask(path).catch((error: Error) => error.message));
      };
      return { target: address, clientEnv: { BACKEND_TARGET: address }, podsReady };
    };
    const mode = { ...other, launchers: { local: async () => launcher } };
    await using _deployment = await stage.start(mode, { pods: 1, signal: aborting.signal });
    expect(answers).toEqual(["all is well", `${program.name} does not answer /gone (HTTP 404); try again`]);
  });

  it("that ends by itself is a problem of the deployment", async () => {
    const { stage, aborting } = plainStage();
    const { mode, name } = modeWithProgram({});
    await using deployment = await stage.start(mode, { pods: 1, signal: aborting.signal });
    process.kill(await pidAt(deployment.target), "SIGKILL");
    await vi.waitFor(() => expect(deployment.problems).toHaveLength(1), { timeout: 60_000 });
    expect(deployment.problems[0]).toBe(
      `${name} ended by itself (SIGKILL) and is not restarted: calls through it fail`,
    );
  });

  it.each([
    ["ends", 20_000, /^fake-proxy-\d+ did not start at 127[.\d]+ \(3\): no luck today$/],
    ["never-ready", 1_000, /^fake-proxy-\d+ was not ready within 1000 ms: waiting$/],
  ])(
    "that %s instead of coming up tells its last words, and leaves nothing",
    async (behaves, startDeadlineMs, says) => {
      const { stage, aborting, prefix, remains } = plainStage();
      const { mode, name } = modeWithProgram({ behaves });
      const failure = await stage
        .start(mode, { pods: 1, timings: { startDeadlineMs }, signal: aborting.signal })
        .catch((error: Error) => error);
      expect(failure).toBeInstanceOf(InputError);
      expect((failure as Error).message).toMatch(says);
      expect([await isFree(`${prefix}.6`, 50_051), await leftFolders(name), await remains()]).toEqual([
        true,
        [],
        NOTHING,
      ]);
    },
  );

  it("is not mistaken for another that has its port", async () => {
    const { stage, aborting, prefix } = plainStage();
    await using _holder = await takePort(`${prefix}.6`, 50_051);
    const { mode, name } = modeWithProgram({});
    const refused = stage.start(mode, { pods: 1, signal: aborting.signal });
    await expect(refused).rejects.toThrow(`${name} cannot listen on ${prefix}.6:50051: the port is taken`);
    expect(await leftFolders(name)).toEqual([]);
  });

  it("that cannot be had is told before a pod is started", async () => {
    const { stage, aborting, processes } = plainStage();
    const find = () => Promise.reject(new ProgramUnavailableError("there is no such program. Install it."));
    const starting = stage.start(modeWithProgram({ find }).mode, { pods: 1, signal: aborting.signal });
    await expect(starting).rejects.toThrow(ProgramUnavailableError);
    expect(processes()).toEqual([]);
  });
});
