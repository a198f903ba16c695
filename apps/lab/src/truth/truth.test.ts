import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { RECORDED_FOLDER, readRecorded, type TruthResult, withRecording, writeRecorded } from "@grpc-lb-lab/policies";
import { describe, expect, it } from "vitest";
import { LabProcess, lab, running, temporaryFolder } from "../testing/lab-process.ts";

const POLICY = ["--policies", "fault-abort"];

describe("a policy that is tried", () => {
  it("under a proxy, is judged by its calls, and the outcome is said with its evidence", async () => {
    const { status, stdout, stderr } = await lab(["policy", "fault-abort", "--mode", "envoy", "--set", "percent=40"]);
    expect(stderr).toContain("lab: fault-abort under envoy (Envoy): measuring\n");
    expect(stdout).toContain("fault-abort asks: 40 % of the calls end UNAVAILABLE, and no pod sees them");
    expect(stdout).toMatch(/ok envoy \(Envoy\): obeyed \(nothing is recorded\), in \d+\.\d+ s/);
    expect(stdout).toMatch(/ok calls that end UNAVAILABLE: \d+ of 200, bound 46 to 114 of 200/);
    expect(stdout).toContain("simulated: CoreDNS");
    expect(stdout).toContain("envoy.filters.http.fault");
    expect(stdout).toMatch(/on the local stage, with .*grpc-js \d.*\n? *envoy 1\./);
    expect(status).toBe(0);
  });
});

describe("the table", () => {
  it("is written, recorded, and then what later outcomes are held against", async () => {
    await using out = await temporaryFolder();
    const recordedFolder = join(out.path, "recorded");
    const args = ["truth", "--modes", "plain,envoy", ...POLICY, "--out", out.path, "--recorded", recordedFolder];
    const first = await lab([...args, "--record"]);
    expect(first.stdout).toMatch(/^fault-abort +- +obeyed \d+s$/m);
    expect(first.stderr).toContain(`lab: 1 outcomes are recorded in ${join(recordedFolder, "local.json")}`);
    expect(first.status).toBe(0);
    expect(await readFile(join(out.path, "truth.html"), "utf8")).toContain("fault-abort");

    const recorded = await readRecorded(recordedFolder, "local");
    expect(recorded.cells.map(({ mode, policy, outcome }) => [mode, policy, outcome])).toEqual([
      ["envoy", "fault-abort", "obeyed"],
    ]);
    expect(recorded.recordings[0]?.versions).toMatchObject({ envoy: expect.stringMatching(/^1\./) });
    const cells = recorded.cells.map((cell) => ({ ...cell, outcome: "ignored" as const, words: "0 of 200" }));
    const { date, versions } = { ...recorded.recordings[0], date: "2026-11-30", versions: {} };
    await writeRecorded(recordedFolder, withRecording(recorded, { date, versions }, cells));

    const second = await lab([...args, "--json"]);
    const result = JSON.parse(second.stdout) as TruthResult;
    expect(result.ok).toBe(false);
    expect(result.cells).toMatchObject([
      { mode: "plain", is: "not expressible" },
      { mode: "envoy", is: "tried", outcome: "obeyed", recorded: { outcome: "ignored", words: "0 of 200" } },
    ]);
    expect(second.stderr).toContain("but ignored is recorded (0 of 200)");
    expect(second.status).toBe(1);
    expect(JSON.parse(await readFile(join(out.path, "truth.json"), "utf8"))).toEqual(result);
  });

  it("keeps what was measured when it is interrupted, and leaves nothing running", async () => {
    await using out = await temporaryFolder();
    const process = new LabProcess(["truth", "--modes", "envoy,sidecar", ...POLICY, "--out", out.path]);
    await process.says("sidecar, asked in Istio");
    const children = process.descendants();
    process.kill("SIGINT");
    expect((await process.ended).status).toBe(130);
    await expect.poll(() => running(children)).toEqual([]);
    const { cells } = JSON.parse(await readFile(join(out.path, "truth.json"), "utf8")) as TruthResult;
    expect(cells.map(({ mode, is }) => [mode, is])).toEqual([
      ["envoy", "tried"],
      ["sidecar", "failed"],
      ["sidecar", "not expressible"],
    ]);
  });
});

describe("calls that go through the frontend", () => {
  it("come out as recorded of those that do not: of rules that clients obey, and of those that a proxy does", async () => {
    await using out = await temporaryFolder();
    const which = ["--modes", "headless,envoy", "--policies", "retry-attempts,weights"];
    const { status, stdout } = await lab(["truth", ...which, "--app", "frontend", "--json", "--out", out.path]);
    const { cells } = JSON.parse(stdout) as TruthResult;
    const through = { is: "tried", app: "frontend", outcome: "obeyed", recorded: { outcome: "obeyed" }, problems: [] };
    expect(cells).toMatchObject([
      { mode: "headless", policy: "retry-attempts", ...through },
      { mode: "headless", policy: "weights", is: "not expressible" },
      { mode: "envoy", policy: "retry-attempts", ...through },
      { mode: "envoy", policy: "weights", ...through },
    ]);
    expect(status).toBe(0);
  });
});

it("the lab's own record, where there is one, can be read", async () => {
  expect((await readRecorded(RECORDED_FOLDER, "local")).stage).toBe("local");
});
