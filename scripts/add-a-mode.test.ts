import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addMode } from "./testing/add-mode.ts";
import { RepositoryCopy } from "./testing/repository-copy.ts";

/** A mode with a program that nothing knows yet. */
const NAME = "dns-forwarder";
/** Its own: the folder of the mode, the overlay, and the values. */
const OWN = [
  `libs/modes/src/${NAME}/`,
  `deploy/kustomize/overlays/${NAME}/`,
  `deploy/helm/grpc-lb-lab/values-${NAME}.yaml`,
];
/** All that it touches besides. */
const MORE = [
  `deploy/helm/grpc-lb-lab/templates/modes/${NAME}.yaml`,
  "docs/overlays.md",
  "docs/truth.md",
  "libs/modes/src/modes.ts",
];

const isInstalled = (program: string) => spawnSync(program, ["--help"], { stdio: "ignore" }).error === undefined;
/** Holds each mode against what is recorded of it, which a run alone can write. */
const TRUTH_TABLES = "docs/truth-tables.test.ts";

const canRender = isInstalled("kubectl") || isInstalled("kustomize");
if (!canRender)
  console.warn("NOT RUN: the count of what a new mode touches, for neither kubectl nor kustomize is on the PATH");
/** Left out where nothing can render overlays, told, and never in CI. */
const describeHere = canRender || process.env.CI ? describe : describe.skip;

describeHere("a mode that is added as docs/architecture.md says", () => {
  let copy: RepositoryCopy;
  beforeAll(() => {
    copy = new RepositoryCopy();
    copy.commit("before");
    addMode(copy.folder, NAME);
    const written = [copy.run("node", "libs/manifests/src/overlays/main.ts"), copy.run("node", "scripts/docs/main.ts")];
    expect(written.map(({ status, stderr }) => (status === 0 ? "" : stderr))).toEqual(["", ""]);
  });
  afterAll(() => copy[Symbol.dispose]());

  const passes = (folder: string, ...command: readonly [string, ...string[]]) => {
    const { status, stdout, stderr } = copy.runIn(folder, ...command);
    expect(status === 0 ? "" : stdout + stderr, command.join(" ")).toBe("");
  };
  const vitest = (folder: string, ...args: readonly string[]) => {
    const config = `${relative(folder, ".")}/vitest.config.ts`;
    return ["vitest", "run", "--config", config, "--root", ".", ...args] as const;
  };
  const tests = (folder: string, ...args: readonly string[]) => passes(folder, ...vitest(folder, ...args));
  const complaint = (folder: string, file: string) => {
    const { status, stdout, stderr } = copy.runIn(folder, ...vitest(folder, file));
    expect(status).toBe(1);
    return stdout + stderr;
  };

  it("touches its own places, and four files more, two of which are generated", () => {
    const { stdout } = copy.run("git", "status", "--porcelain", "--untracked-files=all");
    const touched = stdout.split("\n").flatMap((line) => (line === "" ? [] : [line.slice(3)]));
    expect(touched.filter((path) => !OWN.some((own) => path.startsWith(own))).toSorted()).toEqual(MORE);
    expect(OWN.filter((own) => !touched.some((path) => path.startsWith(own)))).toEqual([]);
  });

  it("is in the matrix, and in what scripts take from it", () => {
    const { stdout } = copy.run("node", "apps/lab/bin/lab.js", "matrix", "--stage", "kubernetes", "--list", "modes");
    expect(stdout.split("\n")).toContain(NAME);
  });

  it("has types, and breaks no rule about names and dependencies", () => {
    passes(".", "tsc", "-p", "libs/modes");
    passes(".", "node", "scripts/check-names.ts");
  });

  it("is known to every place, and to the chart as to the overlay", () => {
    tests("scripts", "docs/", "--exclude", TRUTH_TABLES);
    tests("libs/manifests", "src/deploy.test.ts", "src/overlays/page.test.ts", "-t", NAME);
    if (isInstalled("helm")) tests("libs/manifests", "src/chart", "-t", NAME);
  });

  it("keeps the bounds that follow from its path, and is measured on this machine, with its own program between", () => {
    tests("libs/experiments", "src/cell.test.ts", "src/claims.test.ts", "src/cost");
    const run = copy.run("node", "apps/lab/bin/lab.js", "run", NAME, "share", "--out", join(copy.folder, "out"));
    expect(run.status === 0 ? run.stdout : run.stdout + run.stderr).toContain("ok one-pod-per-client");
    expect(run.status).toBe(0);
  });

  it("is missed by name where nobody has recorded which rules its clients obey", () => {
    expect(complaint("scripts", TRUTH_TABLES)).toContain(`${NAME} (gRPC): nothing is recorded of its`);
  });

  it("is missed by name where a place is forgotten", () => {
    rmSync(join(copy.folder, "deploy/helm/grpc-lb-lab/templates/modes", `${NAME}.yaml`));
    expect(complaint("scripts", "docs/places")).toContain(
      `templates/modes/${NAME}.yaml is missing for the mode ${NAME}`,
    );
  });
});
