import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sayHello } from "./testing/calls.ts";
import { runBackend } from "./testing/run-backend.ts";

test("says once for each port that it listens, then serves", async () => {
  await using pod = await runBackend({ POD_NAME: "pod-a" });
  await pod.listening();
  expect(pod.lines.filter(({ msg }) => msg === "listening")).toMatchObject([
    { level: "info", protocol: "admin", port: expect.any(Number) },
    { level: "info", protocol: "grpc", port: expect.any(Number) },
  ]);
  const { greeter } = pod.connect();
  expect((await sayHello(greeter)).messages).toEqual(["Hello from pod-a, Ada!"]);
});

test("an idle pod stays small", { skip: process.platform !== "linux" }, async () => {
  await using pod = await runBackend({});
  await pod.listening();
  const metrics = await (await pod.admin("/metrics")).text();
  const residentBytes = Number(/^process_resident_memory_bytes (\d+)/m.exec(metrics)?.[1]);
  expect(residentBytes).toBeLessThan(80 * 2 ** 20);
});

/** 332 of them, a third of which are gRPC's and protobuf's. How long a start takes depends on the machine, how much is loaded does not. */
const MOST_MODULES = 380;

test("a pod that starts loads little, and neither xDS nor the resolver of Kubernetes", async () => {
  const folder = await mkdtemp(join(tmpdir(), "lab-modules-"));
  const [noted, hook] = [join(folder, "noted"), new URL("./testing/note-modules.mjs", import.meta.url)];
  await using pod = await runBackend({ NOTED_MODULES: noted, NODE_OPTIONS: `--import ${hook}` });
  await pod.listening();
  const modules = new Set((await readFile(noted, "utf8")).trim().split("\n"));
  await rm(folder, { recursive: true });
  expect([...modules].filter((url) => /grpc-js-xds|kube-resolver/.test(url))).toEqual([]);
  expect([...modules].some((url) => url.includes("/@grpc/grpc-js/"))).toBe(true);
  expect(modules.size).toBeLessThan(MOST_MODULES);
});

test.each(["SIGTERM", "SIGINT"] as const)("%s lets calls finish and exits 0", async (signal) => {
  await using pod = await runBackend({ WORK_MS: "500" });
  await pod.listening();
  const { greeter } = pod.connect();
  const call = sayHello(greeter);
  await pod.arrived();
  pod.kill(signal);
  expect((await call).messages).toHaveLength(1);
  expect(await pod.exited).toEqual([0, null]);
  expect(pod.lines.at(-1)).toMatchObject({ msg: "drained", end: "finished" });
});

test("a second signal forces at once", async () => {
  await using pod = await runBackend({ DRAIN_DELAY_MS: "3600000" });
  await pod.listening();
  pod.kill("SIGTERM");
  await pod.line(({ msg }) => msg === "draining");
  pod.kill("SIGTERM");
  expect(await pod.exited).toEqual([0, null]);
  expect(pod.lines.at(-1)).toMatchObject({ msg: "drained", end: "hurried" });
});

test("a crash exits 137 at once, with calls in flight", async () => {
  await using pod = await runBackend({ FAULTS: "on", WORK_MS: "3600000" });
  await pod.listening();
  const call = sayHello(pod.connect().greeter);
  await pod.arrived();
  await expect(pod.admin("/crash", { method: "POST" })).rejects.toThrow();
  expect(await pod.exited).toEqual([137, null]);
  expect((await call).messages).toEqual([]);
});

test("a wrong environment is told in one line, with all mistakes, and exits 2", async () => {
  await using pod = await runBackend({ GRPC_PORT: "grpc", GRPC_SERVER: "tls", WORK_MS: "1.5" });
  expect(await pod.exited).toEqual([2, null]);
  expect(pod.stderr()).toBe(
    'backend: wrong environment: GRPC_PORT="grpc" must be an integer from 0 to 65535; GRPC_SERVER="tls" must be one of plain, xds; ' +
      'WORK_MS="1.5" must be an integer from 0 to 2147483647\n',
  );
});

test.each(["GRPC_PORT", "ADMIN_PORT"])("a taken %s is told in one line and exits 2", async (variable) => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const address = other.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  try {
    await using pod = await runBackend({ [variable]: String(address.port) });
    expect(await pod.exited).toEqual([2, null]);
    expect(pod.stderr()).toBe(
      `backend: ${variable}: 127.0.0.1:${address.port} is taken by another program: stop it or choose another port\n`,
    );
  } finally {
    other.close();
  }
});

test("an address that this machine does not have is told in one line and exits 2", async () => {
  await using pod = await runBackend({ HOST: "192.0.2.1" });
  expect(await pod.exited).toEqual([2, null]);
  expect(pod.stderr()).toMatch(/^backend: ADMIN_PORT: 192\.0\.2\.1:0 is not an address of this machine: [^\n]+\n$/);
});

test("xDS without a bootstrap is told in one line and exits 2", async () => {
  await using pod = await runBackend({ GRPC_SERVER: "xds", GRPC_PORT: "50051" });
  expect(await pod.exited).toEqual([2, null]);
  expect(pod.stderr()).toMatch(/^backend: wrong environment: GRPC_SERVER="xds" needs an xDS bootstrap: [^\n]+\n$/);
});
