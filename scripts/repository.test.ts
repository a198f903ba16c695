import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { RepositoryCopy, ROOT } from "./testing/repository-copy.ts";

describe("generated files", () => {
  it("come out of make generate byte for byte as they are committed", () => {
    using copy = new RepositoryCopy();
    const generated = ["libs/proto/src/gen/greeter/v1/greeter_pb.ts", "docs/result.schema.json"];
    for (const file of generated) writeFileSync(join(copy.folder, file), "");
    const { status, stderr } = copy.run(join(copy.folder, "scripts/generate.sh"));
    expect(stderr).not.toContain("error");
    expect(status).toBe(0);
    for (const file of generated)
      expect(readFileSync(join(copy.folder, file), "utf8")).toBe(readFileSync(join(ROOT, file), "utf8"));
  });
});

describe("direction of dependencies", () => {
  it("fails on an import that the manifest does not declare, and on one around the package name", () => {
    using copy = new RepositoryCopy();
    writeFileSync(
      join(copy.folder, "libs/measure/src/wrong.ts"),
      'import "@grpc-lb-lab/stage";\nimport "../../stage/src/index.ts";\n',
    );
    const { status, stdout, stderr } = copy.run("biome", "lint", "libs/measure");
    expect(status).toBe(1);
    expect(stdout + stderr).toContain("noUndeclaredDependencies");
    expect(stdout + stderr).toContain("noRestrictedImports");
  });

  it("fails on an import of a devDependency in what is no test", () => {
    using copy = new RepositoryCopy();
    for (const file of ["wrong.ts", "right.test.ts"])
      writeFileSync(join(copy.folder, "libs/stage/src", file), 'import "@grpc-lb-lab/modes";\n');
    const { status, stdout, stderr } = copy.run("biome", "lint", "--reporter=github", "libs/stage");
    expect(status).toBe(1);
    expect(stdout + stderr).toMatch(/noUndeclaredDependencies,file=\S*\/wrong\.ts,/);
    expect(stdout + stderr).not.toContain("right.test.ts");
  });

  it("passes as it is, and fails on a manifest that declares a dependency against the direction", () => {
    using copy = new RepositoryCopy();
    expect(copy.run("node", "scripts/check-dependencies.ts")).toMatchObject({ status: 0, stderr: "" });
    const manifest = join(copy.folder, "libs/measure/package.json");
    const content = JSON.parse(readFileSync(manifest, "utf8"));
    writeFileSync(
      manifest,
      JSON.stringify({ ...content, dependencies: { ...content.dependencies, "@grpc-lb-lab/stage": "*" } }),
    );
    const { status, stderr } = copy.run("node", "scripts/check-dependencies.ts");
    expect(stderr).toContain("@grpc-lb-lab/measure (measure) must not depend on @grpc-lb-lab/stage (stage)");
    expect(status).toBe(1);
  });
});

describe("names", () => {
  it("passes as it is, and refuses a mode's, a stage's and an experiment's name where it must not be known", () => {
    using copy = new RepositoryCopy();
    expect(copy.run("node", "scripts/check-names.ts")).toMatchObject({ status: 0, stderr: "" });
    writeFileSync(
      join(copy.folder, "libs/report/src/wrong.ts"),
      'export const isWrong = (run: { mode: string; stage: string; experiment: string }) =>\n  run.mode === "plain" ||\n  run.stage === "local" ||\n  run.experiment === "rollout";\n',
    );
    writeFileSync(
      join(copy.folder, "libs/experiments/src/wrong.ts"),
      "export const WRONG = {\n  headless: 1,\n  proxyless: 2,\n};\n",
    );
    const { status, stderr } = copy.run("node", "scripts/check-names.ts");
    expect(status).toBe(1);
    expect(stderr).toContain('libs/report/src/wrong.ts:2: "plain" is one of the modes\' names: ask the hops');
    expect(stderr).toContain('libs/report/src/wrong.ts:3: "local" is one of the stages\' names');
    expect(stderr).toContain(
      'libs/report/src/wrong.ts:4: "rollout" is one of the experiments\' names: draw the figures',
    );
    expect(stderr).toContain('libs/experiments/src/wrong.ts:2: "headless" is one of the modes\' names');
    expect(stderr).toContain('libs/experiments/src/wrong.ts:3: "proxyless" is one of the modes\' names');
  });
});

describe("protos", () => {
  it("fail the lint when they break main", () => {
    using copy = new RepositoryCopy();
    copy.commit("before");
    execFileSync("git", ["branch", "--move", "--force", "main"], { cwd: copy.folder });
    expect(copy.run("scripts/check-breaking.sh").status).toBe(0);
    const proto = join(copy.folder, "proto/greeter/v1/greeter.proto");
    writeFileSync(proto, readFileSync(proto, "utf8").replace("string pod = 1;", "string pod = 9;"));
    const { status, stdout, stderr } = copy.run("scripts/check-breaking.sh");
    expect(status).not.toBe(0);
    expect(stdout + stderr).toContain("greeter.proto");
  });
});
