import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { EXPERIMENTS } from "@grpc-lb-lab/experiments";
import { MODE_NAMES } from "@grpc-lb-lab/modes";
import { describe, expect, it } from "vitest";
import { COMMAND_NAMES } from "./lab-command.ts";
import { LAB, lab } from "./testing/lab-process.ts";

describe("help", () => {
  it.each(COMMAND_NAMES)("of %s has examples and exits 0", async (name) => {
    const { status, stdout } = await lab([name, "--help"]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/Examples?:\n {2}(echo|lab )/);
  });

  it("may be read in part: a reader that goes away is no error", async () => {
    const { stderr } = await promisify(execFile)("bash", ["-c", `"${process.execPath}" "${LAB}" up --help | true`]);
    expect(stderr).toBe("");
  });

  it("has the version beside it", async () => {
    expect(await lab(["--version"])).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });

  it("is what no command at all gives, with exit 2", async () => {
    const { status, stderr } = await lab([]);
    expect(status).toBe(2);
    expect(stderr).toContain("Usage: lab");
  });
});

describe("lab matrix", () => {
  it("has every cell: it runs, or is skipped with a reason and what it would need", async () => {
    const { status, stdout } = await lab(["matrix", "--json"]);
    expect(status).toBe(0);
    const cells = JSON.parse(stdout) as Record<string, unknown>[];
    expect(cells).toHaveLength(3 * MODE_NAMES.length * EXPERIMENTS.length);
    for (const cell of cells.filter(({ runs }) => runs !== true))
      expect(cell).toMatchObject({ reason: expect.stringMatching(/./), needs: expect.stringMatching(/^(a|the) /) });
  });

  it("names every mode and experiment within 80 columns", async () => {
    const { status, stdout } = await lab(["matrix"]);
    expect(status).toBe(0);
    for (const { name } of EXPERIMENTS) expect(stdout).toContain(`  ${name} `);
    for (const name of MODE_NAMES) expect(stdout).toContain(name);
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it("lists names for scripts", async () => {
    const { stdout } = await lab(["matrix", "--stage", "kubernetes", "--list", "modes"]);
    expect(stdout).toBe(`${MODE_NAMES.join("\n")}\n`);
    const local = await lab(["matrix", "--stage", "local", "--list", "experiments"]);
    expect(local.stdout).toBe(
      "share\nscale-up\npod-crash\nrollout\nslow-pod\nbad-pod\nretry-storm\nmany-clients\noverload\nstreams\n",
    );
  });
});

describe("bad usage", () => {
  it.each([
    [["dmo"], "Did you mean demo?"],
    [["demo", "--modez", "plain"], "Did you mean --modes?"],
    [["demo", "--modes", "plane"], `There is no mode "plane"; there are ${MODE_NAMES.join(", ")}. Did you mean plain?`],
    [["demo", "--experiments", "rolout"], "Did you mean rollout?"],
    [["run", "plain"], "missing required argument 'experiment'"],
    [["run", "plan", "share"], "Did you mean plain?"],
    [["run", "plain", "shares"], "Did you mean share?"],
    [["run", "plain", "share", "--policy", "round_robbin"], "Did you mean round_robin?"],
    [["run", "plain", "share", "--pods", "0"], "whole number from 1 to 50"],
    [["run", "plain", "share", "--pods", "4.5"], "whole number from 1 to 50"],
    [["run", "plain", "share", "--rate", "0"], "above 0"],
    [["run", "plain", "share", "--rate", "NaN"], "above 0"],
    [["run", "plain", "share", "--rate", "5", "--in-flight", "3"], "cannot be used with option '--in-flight <n>'"],
    [["run", "plain", "share", "--max-age", "3x"], "500ms, 3s or 2m"],
    [["run", "plain", "share", "--max-age", "1.5ms"], "whole milliseconds"],
    [["run", "plain", "share", "--deadline", "0"], "from 1 ms"],
    [["run", "plain", "share", "--retry", "9"], "attempts"],
    [["run", "plain", "share", "--drain", "maybe"], "there are on, off"],
    [["run", "plain", "share", "--app", "ecko"], "Did you mean echo?"],
    [["run", "plain", "share", "extra"], "too many arguments"],
    [["modes", "istio"], "There is no mode"],
    [["report"], "missing required argument 'file'"],
    [["greet"], "missing required argument 'target'"],
    [["greet", "foo:///x"], 'unknown scheme "foo"'],
    [["up", "sidecars"], "Did you mean sidecar?"],
  ])("%j gets a clear message and exit 2", async (args, message) => {
    const { status, stdout, stderr } = await lab(args);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stdout).toBe("");
    expect(status).toBe(2);
  });
});

describe("lab modes", () => {
  it.each([60, 80, 100])("shows every mode within %i columns", async (columns) => {
    const { status, stdout } = await lab(["modes"], { COLUMNS: String(columns) });
    expect(status).toBe(0);
    for (const mode of MODE_NAMES) expect(stdout).toMatch(new RegExp(`^${mode} `, "m"));
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBe(columns);
  });

  it.each(MODE_NAMES)("shows what to paste for %s", async (mode) => {
    const { status, stdout } = await lab(["modes", mode]);
    expect(status).toBe(0);
    expect(stdout).toContain("## Client");
    expect(stdout).toContain("## Manifest");
    expect(stdout).toContain("## What you get");
  });

  it("gives JSON to machines", async () => {
    const { stdout } = await lab(["modes", "--json"]);
    expect(JSON.parse(stdout).map(({ mode }: { mode: string }) => mode)).toEqual([...MODE_NAMES]);
  });
});
