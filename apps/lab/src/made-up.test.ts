import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Result } from "@grpc-lb-lab/measure";
import { renderHtml } from "@grpc-lb-lab/report/html";
import * as v from "valibot";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { CATALOGUE, type Catalogue } from "./catalogue.ts";
import { labCommand } from "./lab-command.ts";
import { temporaryFolder } from "./testing/lab-process.ts";
import { MADE_UP_EXPERIMENT } from "./testing/made-up/made-up-experiment.ts";
import { MADE_UP_MODE, MADE_UP_VARIANT } from "./testing/made-up/made-up-mode.ts";

/** The lab's own modes and experiments, and one more of each: nothing else knows of them. */
const WITH_MADE_UP: Catalogue = {
  ...CATALOGUE,
  modes: [...CATALOGUE.modes, MADE_UP_MODE],
  experiments: [...CATALOGUE.experiments, MADE_UP_EXPERIMENT],
};

/** Runs the command line in this process, and gives what it printed to stdout. */
async function lab(...args: readonly string[]) {
  return labWith(WITH_MADE_UP, ...args);
}

async function labWith(known: Catalogue, ...args: readonly string[]) {
  const catalogue = async () => known;
  let stdout = "";
  const spy = vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    stdout += String(chunk);
    return true;
  });
  try {
    const signal = new AbortController().signal;
    const exitCode = await labCommand({ signal, env: process.env, argv: ["node", "lab", ...args], catalogue });
    return { exitCode, stdout };
  } finally {
    spy.mockRestore();
  }
}

describe("a mode and an experiment from outside", () => {
  it("run on the local stage, each beside the lab's own, and are drawn by the report", async () => {
    await using out = await temporaryFolder();
    const made = [MADE_UP_MODE.name, MADE_UP_EXPERIMENT.name];
    const both = await lab("run", ...made, "--out", out.path);
    expect(both.stdout).toContain("calls go on while one step is made");
    expect(both.exitCode).toBe(0);
    const result = v.parse(Result, JSON.parse(await readFile(join(out.path, "result.json"), "utf8")));
    expect(result.runs[0]?.figures.map(({ id, values }) => [id, values])).toEqual([
      ["answering", [4]],
      ["steps", [1]],
    ]);
    expect(result.modes[0]).toMatchObject({ mode: MADE_UP_MODE.name, balancer: "the client, made up" });
    const page = renderHtml([{ name: "result.json", result }]);
    for (const text of [...made, "pods that", "answered", "steps", "the client, made up"]) expect(page).toContain(text);
  });

  it("keep the bounds that follow from the mode's path: here those of random picks", async () => {
    await using out = await temporaryFolder();
    const { exitCode, stdout } = await lab("run", MADE_UP_MODE.name, "share", "--json", "--out", out.path);
    expect(exitCode).toBe(0);
    const [run] = v.parse(Result, JSON.parse(stdout)).runs;
    expect(run?.expectations).toMatchObject([{ id: "even-share", bound: "57 to 143 calls each" }, { ok: true }]);
  });

  it("can be asked for a variant that no other mode has", async () => {
    const containers = ["share", "--variant", MADE_UP_VARIANT, "--stage", "containers"];
    await expect(lab("run", MADE_UP_MODE.name, ...containers)).rejects.toThrow("has no launcher for this mode");
    await expect(lab("run", "plain", ...containers)).rejects.toThrow("it applies under once-resolved");
  });

  it("are compared with others in a demo, in columns of their own", async () => {
    await using out = await temporaryFolder();
    const modes = ["--modes", `plain,${MADE_UP_MODE.name}`, "--experiments", `share,${MADE_UP_EXPERIMENT.name}`];
    const { exitCode, stdout } = await lab("demo", ...modes, "--out", out.path);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/pods that/);
    expect(stdout).toMatch(/answered +steps/);
    expect(stdout).toMatch(new RegExp(`^${MADE_UP_MODE.name} `, "m"));
  });
});

it("a mistake in an experiment's judgement fails its run, with the trace, and loses nothing that was measured", async () => {
  await using out = await temporaryFolder();
  const judge = () => {
    throw new TypeError("made up");
  };
  const experiments = [...CATALOGUE.experiments, { ...MADE_UP_EXPERIMENT, expectations: judge }];
  const stderr = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  onTestFinished(() => stderr.mockRestore());
  const args = ["demo", "--modes", "plain", "--experiments", `share,${MADE_UP_EXPERIMENT.name}`, "--out", out.path];
  const { exitCode } = await labWith({ ...CATALOGUE, experiments }, ...args);
  expect(exitCode).toBe(1);
  expect(stderr.mock.calls.join("")).toMatch(/lab: plain .*: TypeError: made up\n +at .*made-up\.test\.ts/);
  const { runs } = v.parse(Result, JSON.parse(await readFile(join(out.path, "result.json"), "utf8")));
  expect(runs.map(({ status }) => status)).toEqual(["passed", "failed"]);
  expect(runs[1]?.calls.total).toBeGreaterThan(0);
});

describe("the matrix and help", () => {
  it("have them, and say where they do not run", async () => {
    const { stdout } = await lab("matrix", "--json");
    const cells = JSON.parse(stdout) as { stage: string; mode: string; experiment: string; runs: boolean }[];
    const ofMode = cells.filter(({ mode, experiment }) => mode === MADE_UP_MODE.name && experiment === "share");
    expect(ofMode.map(({ stage, runs }) => [stage, runs])).toEqual([
      ["local", true],
      ["containers", false],
      ["kubernetes", false],
    ]);
    // The modes of an experiment may fill several lines.
    expect((await lab("matrix")).stdout).toMatch(/^ {2}scale-down [^:]*\bonce-resolved$/m);
    expect((await lab("modes")).stdout).toContain("once-resolved");
    for (const command of ["run", "demo", "up", "verify"])
      expect((await lab(command, "--help")).stdout.replace(/\s+/g, ""), command).toContain("once-resolved");
    expect((await lab("run", "--help")).stdout).toContain("scale-down");
  });

  it("refuse it by name where it cannot be brought up", async () => {
    await expect(lab("run", "once-resolved", "share", "--stage", "containers")).rejects.toThrow(
      "the containers stage has no launcher for this mode: use --stage local",
    );
  });
});
