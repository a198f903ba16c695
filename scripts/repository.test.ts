import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const copies: string[] = [];

/** A copy of what git tracks or would track, with the installed dependencies linked in: to break things in. */
function copyOfRepository(): string {
  const folder = mkdtempSync(join(tmpdir(), "lab-copy-"));
  copies.push(folder);
  const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  });
  for (const file of files.trim().split("\n")) cpSync(join(root, file), join(folder, file));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  execFileSync("git", ["init", "--quiet"], { cwd: folder });
  return folder;
}

function run(folder: string, command: string, ...args: string[]) {
  const env = { ...process.env, NX_DAEMON: "false", NX_WORKSPACE_ROOT_PATH: folder };
  return spawnSync(command, args, { cwd: folder, encoding: "utf8", env });
}

afterAll(() => {
  for (const folder of copies) rmSync(folder, { recursive: true });
});

describe("generated files", () => {
  it("come out of make generate byte for byte as they are committed", { timeout: 120_000 }, () => {
    const copy = copyOfRepository();
    const generated = ["libs/proto/src/gen/greeter/v1/greeter_pb.ts", "docs/result.schema.json"];
    for (const file of generated) writeFileSync(join(copy, file), "");
    const { status, stderr } = run(copy, join(copy, "scripts/generate.sh"));
    expect(stderr).not.toContain("error");
    expect(status).toBe(0);
    for (const file of generated)
      expect(readFileSync(join(copy, file), "utf8")).toBe(readFileSync(join(root, file), "utf8"));
  });
});

describe("direction of dependencies", () => {
  it("fails on an import that the manifest does not declare, and on one around the package name", {
    timeout: 60_000,
  }, () => {
    const copy = copyOfRepository();
    writeFileSync(
      join(copy, "libs/measure/src/wrong.ts"),
      'import "@grpc-lb-lab/stage";\nimport "../../stage/src/index.ts";\n',
    );
    const { status, stdout, stderr } = run(copy, "biome", "lint", "libs/measure");
    expect(status).toBe(1);
    expect(stdout + stderr).toContain("noUndeclaredDependencies");
    expect(stdout + stderr).toContain("noRestrictedImports");
  });

  it("passes as it is, and fails on a manifest that declares a dependency against the direction", {
    timeout: 120_000,
  }, () => {
    const copy = copyOfRepository();
    expect(run(copy, "node", "scripts/check-dependencies.ts")).toMatchObject({ status: 0, stderr: "" });
    const manifest = join(copy, "libs/measure/package.json");
    const content = JSON.parse(readFileSync(manifest, "utf8"));
    writeFileSync(
      manifest,
      JSON.stringify({ ...content, dependencies: { ...content.dependencies, "@grpc-lb-lab/stage": "*" } }),
    );
    const { status, stderr } = run(copy, "node", "scripts/check-dependencies.ts");
    expect(stderr).toContain("@grpc-lb-lab/measure (measure) must not depend on @grpc-lb-lab/stage (stage)");
    expect(status).toBe(1);
  });
});

describe("protos", () => {
  it("fail the lint when they break main", { timeout: 60_000 }, () => {
    const copy = copyOfRepository();
    const commit = (message: string) =>
      execFileSync(
        "git",
        ["-c", "user.name=t", "-c", "user.email=t@t", "commit", "--quiet", "--all", "--message", message],
        { cwd: copy },
      );
    execFileSync("git", ["add", "--all"], { cwd: copy });
    commit("before");
    execFileSync("git", ["branch", "--move", "--force", "main"], { cwd: copy });
    expect(run(copy, "scripts/check-breaking.sh").status).toBe(0);
    const proto = join(copy, "proto/greeter/v1/greeter.proto");
    writeFileSync(proto, readFileSync(proto, "utf8").replace("string pod = 1;", "string pod = 9;"));
    const { status, stdout, stderr } = run(copy, "scripts/check-breaking.sh");
    expect(status).not.toBe(0);
    expect(stdout + stderr).toContain("greeter.proto");
  });
});
