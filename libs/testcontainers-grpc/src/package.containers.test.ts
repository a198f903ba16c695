import { execFile } from "node:child_process";
import { cp, mkdir, mkdtempDisposable, readFile, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { BACKEND } from "./testing/backend.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../../", import.meta.url));
const here = join(root, "libs", "testcontainers-grpc");

/** Packs a copy of this folder: packing changes package.json for a moment, and others may be reading it. */
async function pack(folder: string): Promise<string> {
  const copy = join(folder, "libs", "testcontainers-grpc");
  for (const name of ["LICENSE", "tsconfig.base.json"]) await cp(join(root, name), join(folder, name));
  for (const name of ["package.json", "README.md", "tsconfig.dist.json", "src"])
    await cp(join(here, name), join(copy, name), { recursive: true });
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
  const { stdout } = await run("npm", ["pack", "--silent"], { cwd: copy });
  expect(await readFile(join(copy, "package.json"), "utf8")).toBe(await readFile(join(here, "package.json"), "utf8"));
  return join(copy, stdout.trim().split("\n").at(-1) ?? "");
}

/** The example of the README as a reader would paste it, with an image that is here. */
async function example(): Promise<string> {
  const readme = await readFile(join(here, "README.md"), "utf8");
  const code = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? "";
  return code.replace("example/greeter:1.0", BACKEND);
}

test("npm pack makes what a plain project installs, type checks and runs, as the README shows", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "testcontainers-grpc-"));
  const tarball = await pack(folder.path);
  const project = join(folder.path, "project");
  await mkdir(project);
  await writeFile(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const { devDependencies } = JSON.parse(await readFile(join(here, "package.json"), "utf8"));
  const peers = ["@grpc/grpc-js", "testcontainers"].map((name) => `${name}@${devDependencies[name]}`);
  const types = `@types/node@${process.versions.node.split(".")[0]}`;
  await run(
    "npm",
    ["install", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts", tarball, ...peers, types],
    { cwd: project },
  );
  await writeFile(join(project, "main.ts"), await example());
  const wrong = `import { GrpcWait } from "@grpc-lb-lab/testcontainers-grpc";\n// @ts-expect-error\nGrpcWait.forHealth(1, { servce: "" });\n`;
  await writeFile(join(project, "wrong.ts"), wrong);
  const tsc = join(root, "node_modules", ".bin", "tsc");
  const strict = [
    "--noEmit",
    "--strict",
    "--target",
    "esnext",
    "--module",
    "nodenext",
    "--types",
    "node",
    "--skipLibCheck",
  ];
  await run(tsc, [...strict, "main.ts", "wrong.ts"], { cwd: project });
  const { stdout } = await run(process.execPath, ["main.ts"], { cwd: project, timeout: 60_000 });
  expect(stdout).toBe("connected\n");
});
