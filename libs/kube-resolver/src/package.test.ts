import { execFile } from "node:child_process";
import { cp, mkdir, mkdtempDisposable, readFile, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { TestLab } from "./testing/test-lab.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../../", import.meta.url));

/** Packs a copy of this folder: packing changes package.json for a moment, and others may be reading it. */
async function pack(folder: string): Promise<string> {
  const copy = join(folder, "libs", "kube-resolver");
  for (const name of ["LICENSE", "tsconfig.base.json"]) await cp(join(root, name), join(folder, name));
  for (const name of ["package.json", "README.md", "tsconfig.dist.json", "src"])
    await cp(join(root, "libs", "kube-resolver", name), join(copy, name), { recursive: true });
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
  const { stdout } = await run("npm", ["pack", "--silent"], { cwd: copy });
  expect(await readFile(join(copy, "package.json"), "utf8")).toBe(
    await readFile(join(root, "libs", "kube-resolver", "package.json"), "utf8"),
  );
  return join(copy, stdout.trim().split("\n").at(-1) ?? "");
}

/** The example of the README, as a reader would paste it. */
async function example(): Promise<string> {
  const readme = await readFile(join(root, "libs", "kube-resolver", "README.md"), "utf8");
  return /```ts\n(.*?)```/s.exec(readme)?.[1] ?? "";
}

test("npm pack makes what a plain project installs, type checks and runs, as the README shows", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "kube-resolver-"));
  const tarball = await pack(folder.path);
  const project = join(folder.path, "project");
  await mkdir(project);
  await writeFile(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const { devDependencies } = JSON.parse(await readFile(join(root, "libs", "kube-resolver", "package.json"), "utf8"));
  const packages = [
    tarball,
    `@grpc/grpc-js@${devDependencies["@grpc/grpc-js"]}`,
    `@types/node@${process.versions.node.split(".")[0]}`,
  ];
  await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", ...packages], { cwd: project });
  await writeFile(join(project, "main.ts"), await example());
  const wrong = `import { register } from "@grpc-lb-lab/kube-resolver";\n// @ts-expect-error\nregister({ namspace: "shop" });\n`;
  await writeFile(join(project, "wrong.ts"), wrong);
  const tsc = join(root, "node_modules", ".bin", "tsc");
  const strict = ["--noEmit", "--strict", "--module", "nodenext", "--types", "node", "--skipLibCheck", "false"];
  await run(tsc, [...strict, "main.ts", "wrong.ts"], { cwd: project });

  await using lab = await TestLab.start();
  lab.publish(...(await lab.startPods("a")));
  const env = { ...process.env, KUBERNETES_API_SERVER: lab.api.url, KUBERNETES_NAMESPACE: "shop" };
  const { stdout, stderr } = await run(process.execPath, ["main.ts"], { cwd: project, env, timeout: 60_000 });
  expect([stdout, stderr]).toEqual(["connected\n", ""]);
});
