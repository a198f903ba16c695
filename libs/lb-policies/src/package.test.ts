import { execFile } from "node:child_process";
import { cp, mkdir, mkdtempDisposable, readFile, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { startPods } from "./testing/test-pod.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../../", import.meta.url));
const here = join(root, "libs", "lb-policies");

/** Packs a copy of this folder: packing changes package.json for a moment, and others may be reading it. */
async function pack(folder: string): Promise<string> {
  const copy = join(folder, "libs", "lb-policies");
  for (const name of ["LICENSE", "tsconfig.base.json"]) await cp(join(root, name), join(folder, name));
  for (const name of ["package.json", "README.md", "tsconfig.dist.json", "src"])
    await cp(join(here, name), join(copy, name), { recursive: true });
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
  const { stdout } = await run("npm", ["pack", "--silent"], { cwd: copy });
  expect(await readFile(join(copy, "package.json"), "utf8")).toBe(await readFile(join(here, "package.json"), "utf8"));
  return join(copy, stdout.trim().split("\n").at(-1) ?? "");
}

/** The example of the README, as a reader would paste it, with another target. */
async function example(target: string): Promise<string> {
  const readme = await readFile(join(here, "README.md"), "utf8");
  const text = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? "";
  expect(text).toContain('"dns:///backend-headless:50051"');
  return text.replace("dns:///backend-headless:50051", target);
}

/** The first grpc-js that the peer dependency allows, and the one that the lab uses. */
const versions = ["1.14.0", "1.14.7"];

test.each(versions)(
  "npm pack makes what a plain project with grpc-js %s installs, type checks and runs, as the README shows",
  async (version) => {
    const { devDependencies, peerDependencies } = JSON.parse(await readFile(join(here, "package.json"), "utf8"));
    expect([peerDependencies["@grpc/grpc-js"], devDependencies["@grpc/grpc-js"]]).toEqual([
      `^${versions[0]}`,
      versions.at(-1),
    ]);
    await using folder = await mkdtempDisposable(join(tmpdir(), "lb-policies-"));
    const tarball = await pack(folder.path);
    const project = join(folder.path, "project");
    await mkdir(project);
    await writeFile(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
    const packages = [tarball, `@grpc/grpc-js@${version}`, `@types/node@${process.versions.node.split(".")[0]}`];
    await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", ...packages], { cwd: project });
    using pods = await startPods(3);
    await writeFile(
      join(project, "main.ts"),
      await example(`ipv4:${pods.map(({ port }) => `127.0.0.1:${port}`).join()}`),
    );
    const wrong = `import { register } from "@grpc-lb-lab/lb-policies";\n// @ts-expect-error\nregister({ choiceCount: 2 });\n`;
    await writeFile(join(project, "wrong.ts"), wrong);
    const tsc = join(root, "node_modules", ".bin", "tsc");
    const strict = ["--noEmit", "--strict", "--module", "nodenext", "--types", "node", "--skipLibCheck", "false"];
    await run(tsc, [...strict, "main.ts", "wrong.ts"], { cwd: project });
    const { stdout, stderr } = await run(process.execPath, ["main.ts"], { cwd: project, timeout: 60_000 });
    expect([stdout, stderr]).toEqual(["connected\n", ""]);

    // The policy itself, called from JavaScript: pick_first would stay with one pod.
    const target = `ipv4:${pods.map(({ port }) => `127.0.0.1:${port}`).join()}`;
    for (const policy of ["least_request_experimental", "peak_ewma"]) {
      await writeFile(join(project, "calls.js"), callsProgram(target, policy));
      const calls = await run(process.execPath, ["calls.js"], { cwd: project, timeout: 60_000 });
      expect(JSON.parse(calls.stdout).toSorted()).toEqual(["pod-0", "pod-1", "pod-2"]);
    }
  },
  300_000,
);

/** Calls until three pods have answered, many calls at once. */
function callsProgram(target: string, policy: string): string {
  return `
    import { Client, credentials } from "@grpc/grpc-js";
    import { register } from "@grpc-lb-lab/lb-policies";
    register();
    const loadBalancingConfig = [{ ${policy}: {} }];
    const client = new Client("${target}", credentials.createInsecure(), { "grpc.service_config": JSON.stringify({ loadBalancingConfig }) });
    const same = (bytes) => bytes;
    const call = () => new Promise((resolve, reject) =>
      client.makeUnaryRequest("/test.Pod/WhoAmI", same, same, Buffer.alloc(0), (error, answer) => (error ? reject(error) : resolve(String(answer)))));
    const pods = new Set();
    while (pods.size < 3) for (const pod of await Promise.all(Array.from({ length: 30 }, call))) pods.add(pod);
    console.log(JSON.stringify([...pods]));
    client.close();
  `;
}
