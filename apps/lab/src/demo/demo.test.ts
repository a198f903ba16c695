import { randomInt } from "node:crypto";
import { once } from "node:events";
import { chmod, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { RESULT_SCHEMA, Result } from "@grpc-lb-lab/measure";
import { MODE_NAMES } from "@grpc-lb-lab/stage";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { LabProcess, lab, running, temporaryFolder } from "../testing/lab-process.ts";

const RUN_TIMEOUT_MS = 120_000;

describe("lab demo", { timeout: RUN_TIMEOUT_MS }, () => {
  it("runs share under all six modes, each as expected, and writes result and report", async () => {
    await using out = await temporaryFolder();
    const { status, stdout, stderr } = await lab([
      "demo",
      "--experiments",
      "share",
      "--no-skips",
      "--json",
      "--out",
      out.path,
      "--seed",
      "7",
    ]);
    expect(stderr).not.toContain("differs");
    expect(status).toBe(0);
    const result = v.parse(Result, JSON.parse(stdout));
    expect(result).toMatchObject({ schema: RESULT_SCHEMA, ok: true, seed: 7 });
    expect(result.runs.map(({ mode }) => mode)).toEqual([...MODE_NAMES]);
    expect(result.runs.every((run) => run.status === "passed" && run.calls.total === 400)).toBe(true);
    expect(result.environment.envoy).toMatch(/^1\.\d+\.\d+$/);
    expect(JSON.parse(await readFile(join(out.path, "result.json"), "utf8"))).toEqual(result);
    expect(await readFile(join(out.path, "report.html"), "utf8")).toContain("proxyless");
  });

  it("exits 1 and names expectation, bound and figure when a mode is broken on purpose", async () => {
    await using out = await temporaryFolder();
    const args = ["demo", "--modes", "headless", "--experiments", "share", "--policy", "pick_first", "--out", out.path];
    const { status, stdout } = await lab(args);
    expect(stdout.replace(/\s+/g, " ")).toContain("expected 98 to 102 calls each, measured 0 to 400");
    expect(stdout).toContain("even-share");
    expect(status).toBe(1);
  });
});

describe("a mode without an Envoy", { timeout: RUN_TIMEOUT_MS }, () => {
  const noEnvoy = { ENVOY_BIN: "/does/not/exist" };

  it("is skipped in a demo, with the reason", async () => {
    await using out = await temporaryFolder();
    const args = ["demo", "--modes", "plain,envoy", "--experiments", "share", "--out", out.path];
    const { status, stdout } = await lab(args, noEnvoy);
    expect(stdout).toContain("ENVOY_BIN names /does/not/exist, which does not exist");
    expect(status).toBe(0);
  });

  it("fails a demo with --no-skips, which keeps what the other modes have shown", async () => {
    await using out = await temporaryFolder();
    const args = ["demo", "--modes", "plain,sidecar", "--experiments", "share", "--no-skips", "--out", out.path];
    expect((await lab(args, noEnvoy)).status).toBe(1);
    const { ok, runs } = v.parse(Result, JSON.parse(await readFile(join(out.path, "result.json"), "utf8")));
    expect(ok).toBe(false);
    expect(runs.map(({ mode, status }) => [mode, status])).toEqual([
      ["plain", "passed"],
      ["sidecar", "failed"],
    ]);
  });

  it("cannot be run by name: exit 2", async () => {
    const { status, stderr } = await lab(["run", "envoy", "share"], noEnvoy);
    expect(stderr).toContain("ENVOY_BIN names /does/not/exist, which does not exist. Set ENVOY_BIN");
    expect(status).toBe(2);
  });

  it("is told apart from one of a wrong version", async () => {
    await using folder = await temporaryFolder();
    const old = join(folder.path, "envoy");
    await writeFile(old, "#!/bin/sh\necho 'envoy  version: 0123abc/1.20.1/Clean/RELEASE/BoringSSL'\n");
    await chmod(old, 0o755);
    const { status, stderr } = await lab(["run", "envoy", "share"], { ENVOY_BIN: old });
    expect(stderr).toContain("is Envoy 1.20.1, needed is 1.36 or newer");
    expect(status).toBe(2);
  });
});

describe("what the machine refuses", { timeout: RUN_TIMEOUT_MS }, () => {
  it("is told before the run when the output folder is not writable", async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, "file");
    await writeFile(file, "");
    const { status, stderr } = await lab(["demo", "--out", join(file, "out")]);
    expect(stderr).toContain("is not a writable folder");
    expect(stderr).not.toContain("share");
    expect(status).toBe(2);
  });

  it("is told when LAB_LOOPBACK names no loopback addresses", async () => {
    const { status, stderr } = await lab(["run", "plain", "share"], { LAB_LOOPBACK: "128.1" });
    expect(stderr).toContain("LAB_LOOPBACK");
    expect(status).toBe(2);
  });

  it("ends a demo with exit 2 when another lab has the only range, and is said once", async () => {
    await using out = await temporaryFolder();
    const range = `127.${randomInt(1, 255)}.${randomInt(1, 255)}`;
    const holder = createServer().listen(50_049, `${range}.1`);
    await once(holder, "listening");
    try {
      const args = ["demo", "--modes", "plain,watch", "--experiments", "share", "--out", out.path];
      const { status, stderr } = await lab(args, { LAB_LOOPBACK: range });
      expect(stderr.match(/^lab: no free loopback range/gm)).toHaveLength(1);
      expect(status).toBe(2);
    } finally {
      holder.close();
    }
  });

  it("is survived when another program has the pods' port on every address", async () => {
    await using out = await temporaryFolder();
    // One range only, where the ports are probed on the first address: held there they are held for all pods.
    const range = `127.${randomInt(1, 255)}.${randomInt(1, 255)}`;
    const holder = createServer().listen(50_051, `${range}.1`);
    await once(holder, "listening");
    try {
      const args = ["run", "plain", "share", "--calls", "20", "--out", out.path];
      const { status, stderr } = await lab(args, { LAB_LOOPBACK: range });
      expect(stderr).not.toContain("taken");
      expect(status).toBe(0);
    } finally {
      holder.close();
    }
  });
});

describe("an interrupted lab leaves nothing behind", { timeout: RUN_TIMEOUT_MS }, () => {
  it.each([
    ["plain", "scale-up", "starting"],
    ["sidecar", "share", "starting"],
    ["headless", "scale-up", "warming up"],
    ["envoy", "pod-crash", "measuring"],
    ["sidecar", "scale-up", "scale 4 to 6 pods"],
    ["proxyless", "pod-crash", "crash backend"],
    ["watch", "rollout", "restart"],
  ])("%s %s, Ctrl-C at '%s'", async (mode, experiment, moment) => {
    await using out = await temporaryFolder();
    const process = new LabProcess(["run", mode, experiment, "--out", out.path]);
    await process.says(moment);
    const children = process.descendants();
    process.kill("SIGINT");
    const { status } = await process.ended;
    expect(status).toBe(130);
    await expect.poll(() => running(children)).toEqual([]);
    expect(await readdir(out.path)).toEqual([]);
  });

  it("not even when it is killed", async () => {
    await using out = await temporaryFolder();
    const process = new LabProcess(["run", "envoy", "pod-crash", "--out", out.path]);
    await process.says("measuring");
    const children = process.descendants();
    expect(children.length).toBeGreaterThan(5);
    process.kill("SIGKILL");
    await process.ended;
    await expect.poll(() => running(children)).toEqual([]);
  });

  it("and a demo keeps the runs that were finished", async () => {
    await using out = await temporaryFolder();
    const process = new LabProcess(["demo", "--modes", "plain,watch", "--experiments", "share", "--out", out.path]);
    await process.says("1 of 4 pods answered");
    process.kill("SIGINT");
    expect((await process.ended).status).toBe(130);
    const { runs } = v.parse(Result, JSON.parse(await readFile(join(out.path, "result.json"), "utf8")));
    expect(runs.map(({ mode, status }) => [mode, status])).toEqual([
      ["plain", "passed"],
      ["watch", "failed"],
    ]);
    expect(runs[1]?.reason).toBe("interrupted before it was done");
  });
});
