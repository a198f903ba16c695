import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { RESULT_SCHEMA, Result } from "@grpc-lb-lab/measure";
import { MODES } from "@grpc-lb-lab/modes";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { LabProcess, lab, temporaryFolder } from "../testing/lab-process.ts";

describe("lab demo", () => {
  it("runs share under all modes, each as expected, and writes result and report", async () => {
    await using out = await temporaryFolder();
    const { status, stdout, stderr } = await lab([
      "demo",
      "--modes",
      "all",
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
    const here = MODES.filter(({ launchers }) => launchers.local !== undefined);
    expect(result.runs.map(({ mode }) => mode)).toEqual(here.map(({ name }) => name));
    expect(result.runs.every((run) => run.status === "passed" && run.calls.total === 400)).toBe(true);
    expect(result.environment.envoy).toMatch(/^1\.\d+\.\d+$/);
    expect(JSON.parse(await readFile(join(out.path, "result.json"), "utf8"))).toEqual(result);
    expect(await readFile(join(out.path, "report.html"), "utf8")).toContain("proxyless");
  });

  it("is refused where no run can be made here, and names the stage that can", async () => {
    const { status, stdout, stderr } = await lab(["demo", "--modes", "gateway"]);
    expect(stderr).toBe(
      "lab: none of these runs can be made: gateway: the local stage has no launcher for this mode: it needs the kubernetes stage\n",
    );
    expect([status, stdout]).toEqual([2, ""]);
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

it("announces before it starts what will take long", async () => {
  await using out = await temporaryFolder();
  const run = new LabProcess(["run", "plain", "share", "--rate", "0.5", "--out", out.path]);
  await run.says("plain share: starting");
  run.kill("SIGINT");
  expect((await run.ended).stderr.split("\n").slice(0, 3)).toEqual([
    "lab: this will take about 10 minutes",
    "lab: share: 400 calls at 0.5 per second take longer than a load may, 10 minutes: it ends after about 300",
    "lab: plain share: starting",
  ]);
});
