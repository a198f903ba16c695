import { randomInt } from "node:crypto";
import { once } from "node:events";
import { chmod, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { Result } from "@grpc-lb-lab/measure";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { LabProcess, lab, temporaryFolder } from "../testing/lab-process.ts";

describe("two labs with one output folder", () => {
  it("do not write over each other's results: the second says whose it is", async () => {
    await using out = await temporaryFolder();
    const args = ["demo", "--modes", "plain", "--experiments", "share", "--out", out.path];
    const first = new LabProcess([...args, "--duration", "250s"]);
    await first.says("plain share");
    for (const second of [args, ["run", "headless", "share", "--out", out.path]]) {
      const { status, stdout, stderr } = await lab(second);
      expect(stderr).toMatch(
        /^lab: \S+: another lab writes its results there \(process \d+, started \S+\)\. Wait .* --out; .*\n$/,
      );
      expect([status, stdout]).toEqual([2, ""]);
    }
    first.kill("SIGINT");
    expect((await first.ended).status).toBe(130);
    expect(await readdir(out.path)).not.toContainEqual(expect.stringContaining("lock"));
  });
});

describe("a mode without an Envoy", () => {
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
    expect(stderr).toContain("is Envoy 1.20.1, but lab needs 1.36 or newer");
    expect(status).toBe(2);
  });
});

describe("what the machine refuses", () => {
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
