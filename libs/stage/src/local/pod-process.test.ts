import { InputError } from "@grpc-lb-lab/stage-api";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ChildProcesses } from "./child-processes.ts";
import { type LoopbackRange, leaseLoopbackRange } from "./loopback-range.ts";
import { type PodProcessOptions, startPodProcess } from "./pod-process.ts";
import { FAKE_BACKEND } from "./testing/fake-programs.ts";
import { firstLine, isFree, takePort } from "./testing/ports.ts";

const GRPC_PORT = 50_051;
const ADMIN_PORT = 9_090;

describe("a pod's process", () => {
  let range: LoopbackRange;
  let children: ChildProcesses;
  beforeEach(async () => {
    range = await leaseLoopbackRange();
    children = new ChildProcesses();
  });
  afterEach(async () => {
    await children[Symbol.asyncDispose]();
    await range[Symbol.asyncDispose]();
  });

  const host = () => range.address(11);
  const start = (env: Record<string, string> = {}, options: Partial<PodProcessOptions> = {}) =>
    startPodProcess({
      name: "backend-1",
      command: FAKE_BACKEND,
      env: { HOST: host(), GRPC_PORT: `${GRPC_PORT}`, ADMIN_PORT: `${ADMIN_PORT}`, POD_NAME: "backend-1", ...env },
      admin: { host: host(), port: ADMIN_PORT },
      children,
      startDeadlineMs: 20_000,
      signal: new AbortController().signal,
      ...options,
    });
  const expectPortsFree = async () => {
    expect(await isFree(host(), GRPC_PORT)).toBe(true);
    expect(await isFree(host(), ADMIN_PORT)).toBe(true);
  };

  it("is there once it is ready, and ends by SIGTERM", async () => {
    const pod = await start();
    expect(await firstLine(`${host()}:${GRPC_PORT}`)).toBe("backend-1");
    await pod.terminate(20_000);
    expect(await pod.exited).toBe(0);
    await expectPortsFree();
    await pod.terminate(20_000); // Once more: it has ended.
  });

  it("is killed when it does not end within its grace", async () => {
    const pod = await start({ FAKE: "stubborn" });
    await pod.terminate(50);
    expect(await pod.exited).toBe("SIGKILL");
  });

  it("is killed at once to crash it", async () => {
    const pod = await start({ FAKE: "stubborn" });
    pod.kill();
    expect(await pod.exited).toBe("SIGKILL");
  });

  it("that ends before it is ready tells its last words", async () => {
    const failure = await start({ FAKE: "ends" }).catch((error: Error) => error);
    expect(failure).toBeInstanceOf(InputError);
    expect(String(failure)).toContain(`pod backend-1 did not start at ${host()} (3): no luck today`);
  });

  it("that finds its port taken names address and port", async () => {
    await using _holder = await takePort(host(), GRPC_PORT);
    await expect(start()).rejects.toThrow(`address already in use ${host()}:${GRPC_PORT}`);
  });

  it("that does not exist is named", async () => {
    await expect(start({}, { command: ["/nonexistent/backend"] })).rejects.toThrow(/did not start .*ENOENT/);
  });

  it("that does not become ready in time is told and killed", async () => {
    const failure = await start({ FAKE: "never-ready" }, { startDeadlineMs: 600 }).catch((error: Error) => error);
    expect(failure).toBeInstanceOf(InputError);
    expect(String(failure)).toContain("pod backend-1 was not ready within 600 ms");
    await expectPortsFree();
  });

  it("is killed when its start is aborted", async () => {
    const aborting = new AbortController();
    const starting = start({ FAKE: "never-ready" }, { signal: aborting.signal });
    aborting.abort(new Error("enough"));
    await expect(starting).rejects.toThrow("enough");
    await expectPortsFree();
    await expect(start({}, { signal: aborting.signal })).rejects.toThrow("enough");
  });
});
