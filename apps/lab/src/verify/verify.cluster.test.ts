import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { cell, EXPERIMENTS } from "@grpc-lb-lab/experiments";
import { Result } from "@grpc-lb-lab/measure";
import { modeNamed } from "@grpc-lb-lab/modes";
import { KUBERNETES } from "@grpc-lb-lab/stage/abilities";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { LabProcess, lab, temporaryFolder } from "../testing/lab-process.ts";

// Needs a cluster with mode `watch` deployed (the tests of the stage itself use `plain`); LAB_KUBE_CONTEXT names its context.
const context = process.env.LAB_KUBE_CONTEXT ?? "";

/** All that a cluster can carry out, in two parts, for each takes some minutes. */
const here = EXPERIMENTS.filter((experiment) => cell(modeNamed("watch"), experiment, KUBERNETES).runs);
const [ofDemo, others] = [true, false].map((is) => here.filter(({ isInDemo = true }) => isInDemo === is));

describe("lab verify", () => {
  it.each([
    ["that the demo runs as well", ofDemo],
    ["that are longer", others],
  ])("judges a mode in a cluster as on this machine, by experiments %s", async (_, experiments = []) => {
    await using out = await temporaryFolder();
    const names = experiments.map(({ name }) => name);
    const asked = ["--experiments", names.join(","), "--context", context];
    const { status, stdout, stderr } = await lab(["verify", "watch", ...asked, "--json", "--out", out.path]);
    expect(stderr).not.toContain("Not finished");
    expect(status).toBe(0);
    const { runs, ok } = v.parse(Result, JSON.parse(stdout));
    expect(ok).toBe(true);
    expect(runs.map(({ stage, experiment, status: verdict }) => [stage, experiment, verdict])).toEqual(
      names.map((name) => ["kubernetes", name, "passed"]),
    );
  });

  it("keeps what was measured when it is interrupted, and says that it undoes what it has changed", async () => {
    await using out = await temporaryFolder();
    const args = ["--context", context, "--out", out.path];
    const process = new LabProcess(["verify", "watch", ...args, "--experiments", "share,scale-up"]);
    await process.says("All 4 pods answered");
    process.kill("SIGINT");
    const { status: exitCode, stderr } = await process.ended;
    expect(stderr).toContain("interrupted: undoing the changes in the cluster");
    expect(exitCode).toBe(130);
    const { runs } = v.parse(Result, JSON.parse(await readFile(join(out.path, "result.json"), "utf8")));
    expect(runs.map(({ experiment, status }) => [experiment, status])).toEqual([
      ["share", "passed"],
      ["scale-up", "failed"],
    ]);
    expect((await lab(["run", "watch", "share", "--stage", "kubernetes", ...args])).status).toBe(0);
  });

  it("ends with one line and exit 2 when there is nothing to verify", async () => {
    const { status, stderr } = await lab(["verify", "plain", "--context", "no-such-context"]);
    expect(stderr).toMatch(/^lab: the kubeconfig file has no context "no-such-context".*\n$/);
    expect(status).toBe(2);
    expect((await lab(["verify", "plain"])).status).toBe(2);
    const run = await lab(["run", "plain", "share", "--stage", "kubernetes"]);
    expect(run.stderr).toContain("needs --context <name>");
    expect(run.status).toBe(2);
  });
});
