import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Result } from "@grpc-lb-lab/measure";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { LabProcess, running, temporaryFolder } from "../testing/lab-process.ts";

describe("an interrupted lab leaves nothing behind", () => {
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
