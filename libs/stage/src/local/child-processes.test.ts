import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, it, vi } from "vitest";
import { ChildProcesses } from "./child-processes.ts";
import { LAB_WITH_CHILDREN } from "./testing/fake-programs.ts";
import { isRunning } from "./testing/processes.ts";

const GUARDIAN = fileURLToPath(new URL("./guardian.sh", import.meta.url));

describe("child processes", () => {
  it("have all ended when the disposal has", async () => {
    const children = new ChildProcesses();
    const pids = [1, 2, 3].map(() => children.spawn("sleep", ["300"], { stdio: "ignore" }).pid);
    expect(pids.map(isRunning)).toEqual([true, true, true]);
    await children[Symbol.asyncDispose]();
    expect(pids.map(isRunning)).toEqual([false, false, false]);
    await children[Symbol.asyncDispose]();
  });

  it("take the processes with them that they have started themselves", async () => {
    const children = new ChildProcesses();
    const { worker } = await startMaster(children);
    await children[Symbol.asyncDispose]();
    await vi.waitFor(() => expect(isRunning(worker)).toBe(false), { timeout: 60_000 });
  });

  it("take them with them when they are killed from outside, too", async () => {
    await using children = new ChildProcesses();
    const { master, worker } = await startMaster(children);
    expect(isRunning(worker)).toBe(true);
    master.kill("SIGKILL");
    await vi.waitFor(() => expect(isRunning(worker)).toBe(false), { timeout: 60_000 });
  });

  it("are not started any more after the disposal", async () => {
    const children = new ChildProcesses();
    await children[Symbol.asyncDispose]();
    expect(() => children.spawn("sleep", ["300"])).toThrow("sleep is not started: the deployment has ended");
  });

  it("that do not exist tell so by their error event", async () => {
    await using children = new ChildProcesses();
    const [error] = await once(children.spawn("/nonexistent/program", []), "error");
    expect(error).toMatchObject({ code: "ENOENT" });
  });

  it("end in order though the lab has nothing else to do", async () => {
    await using lab = await startLab();
    process.kill(lab.pid, "SIGTERM");
    expect(await lab.nextLine()).toBe("ended in order");
    expect(isRunning(lab.child)).toBe(false);
  });

  it("end when the lab is killed, and not when it is interrupted", async () => {
    await using lab = await startLab();
    process.kill(-lab.pid, "SIGINT"); // As a terminal does: to the whole process group.
    expect(await lab.nextLine()).toBe("interrupted");
    expect([isRunning(lab.child), existsSync(join(lab.folder, "file"))]).toEqual([true, true]);
    process.kill(lab.pid, "SIGKILL");
    await vi.waitFor(() => expect(isRunning(lab.child)).toBe(false), { timeout: 60_000 });
    await vi.waitFor(() => expect(existsSync(lab.folder)).toBe(false), { timeout: 60_000 });
  });
});

describe("the guardian", () => {
  it("kills what is left when its stdin ends, and nothing that has ended before", async () => {
    await using children = new ChildProcesses();
    const [forgotten, left] = [1, 2].map(() => children.spawn("sleep", ["300"], { stdio: "ignore" }));
    const guardian = spawn("/bin/sh", [GUARDIAN], { stdio: ["pipe", "ignore", "inherit"] });
    guardian.stdin.end(`+${forgotten?.pid}\n+${left?.pid}\n-${forgotten?.pid}\n`);
    await once(guardian, "exit");
    await vi.waitFor(() => expect(isRunning(left?.pid)).toBe(false), { timeout: 60_000 });
    expect(isRunning(forgotten?.pid)).toBe(true);
  });
});

/** A process that has started another. */
async function startMaster(children: ChildProcesses) {
  const master = children.spawn("/bin/sh", ["-c", "sleep 300 & echo $!; wait"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [worker] = await once(createInterface({ input: master.stdout }), "line");
  return { master, worker: Number(worker) };
}

async function startLab() {
  const [program, ...args] = LAB_WITH_CHILDREN;
  const lab = spawn(program, args, { detached: true, stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(lab, "exit");
  const lines = createInterface({ input: lab.stdout })[Symbol.asyncIterator]();
  const nextLine = async () => (await lines.next()).value as string;
  const [child = "", ...folder] = (await nextLine()).split(" ");
  const dispose = async () => {
    lab.kill("SIGKILL");
    await exited;
  };
  return {
    pid: lab.pid ?? 0,
    child: Number(child),
    folder: folder.join(" "),
    nextLine,
    [Symbol.asyncDispose]: dispose,
  };
}
