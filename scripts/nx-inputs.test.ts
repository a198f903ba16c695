import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, matchesGlob } from "node:path";
import { expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "..");
const FOLDERS = ["docs", "deploy", "proto"];
/** A file of the repository that code reads which is in no project. */
const READS = /(?:(?:\.\.\/)+|inRepository\("|REPOSITORY_ROOT, ")((?:docs|deploy|proto)\b\/?[\w./-]*)/g;

interface Package {
  readonly nx?: {
    readonly targets?: { readonly test?: { readonly cache?: boolean; readonly inputs?: readonly unknown[] } };
  };
}

const tracked = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: ROOT,
  encoding: "utf8",
})
  .trim()
  .split("\n");
const projects = tracked
  .filter((file) => /^(apps|libs)\/[\w-]+\/package\.json$/.test(file))
  .map((file) => dirname(file));
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");

it("has no page, manifest or proto among what all tasks depend on: a typo in docs/ runs few tests", () => {
  const { namedInputs, targetDefaults } = JSON.parse(read("nx.json"));
  for (const folder of FOLDERS) {
    expect(JSON.stringify([namedInputs, targetDefaults])).not.toContain(`{workspaceRoot}/${folder}`);
  }
});

it("is taken by nx", () => {
  const target = execFileSync("nx", ["run", "@grpc-lb-lab/input-error:typecheck", "--graph", "stdout"], {
    cwd: ROOT,
    encoding: "utf8",
    env: { ...process.env, NX_DAEMON: "false" },
  });
  expect(target).toContain("@grpc-lb-lab/input-error:typecheck");
});

it.each(projects)(
  "names what tests of %s read outside of projects, so that no stale result is taken from the cache",
  (project) => {
    const { nx } = JSON.parse(read(join(project, "package.json"))) as Package;
    const { inputs = [] } = nx?.targets?.test ?? {};
    const globs = inputs.flatMap((input) =>
      typeof input === "string" && input.startsWith("{workspaceRoot}/") ? input.replace("{workspaceRoot}/", "") : [],
    );
    const files = tracked.filter((file) => file.startsWith(`${project}/src/`) && file.endsWith(".ts"));
    const outside = new Set(files.flatMap((file) => [...read(file).matchAll(READS)].map(([, path = ""]) => path)));
    const unnamed = [...outside].filter(
      (path) => !globs.some((glob) => matchesGlob(path, glob) || glob.startsWith(`${path.replace(/\/$/, "")}/`)),
    );
    expect(unnamed).toEqual([]);
  },
);
