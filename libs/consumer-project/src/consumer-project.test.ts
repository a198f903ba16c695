import { mkdir, mkdtempDisposable, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { ConsumerProject } from "./consumer-project.ts";
import { readmeExample } from "./readme-example.ts";

/** A workspace with one folder, whose package is JavaScript as it is written. */
async function workspace(scripts: Readonly<Record<string, string>> = {}) {
  const root = await mkdtempDisposable(join(tmpdir(), "workspace-"));
  const folder = join(root.path, "libs", "thing");
  const exports = { types: "./src/index.d.ts", default: "./src/index.js" };
  const manifest = { name: "thing", version: "1.0.0", type: "module", exports, files: ["src"], scripts };
  const files = {
    LICENSE: "",
    "tsconfig.base.json": "{}",
    "libs/thing/package.json": JSON.stringify(manifest),
    "libs/thing/tsconfig.dist.json": "{}",
    "libs/thing/README.md": "# thing\n\n    npm install thing\n\n```ts\nfirst\n```\n\n```ts\nsecond\n```\n",
    "libs/thing/src/index.js": "export const answer = 42;\n",
    "libs/thing/src/index.d.ts": "export declare const answer: number;\n",
  };
  for (const [file, content] of Object.entries(files)) {
    await mkdir(dirname(join(root.path, file)), { recursive: true });
    await writeFile(join(root.path, file), content);
  }
  return { folder, [Symbol.asyncDispose]: () => root.remove() };
}

test("a project has the package, checks types and runs with the variables that it is given", async () => {
  await using thing = await workspace();
  await using project = await ConsumerProject.create({ workspaceFolder: thing.folder, packages: [] });
  const program = 'import { answer } from "thing";\nconsole.log(answer + " " + process.env.SOME_VALUE);\n';
  await project.write("main.ts", program);
  await project.typecheck(["main.ts"]);
  expect(await project.run("main.ts", { SOME_VALUE: "some value" })).toEqual({ stdout: "42 some value\n", stderr: "" });

  await project.write("wrong.ts", 'import { answer } from "thing";\nanswer.toUpperCase();\n');
  await expect(project.typecheck(["main.ts", "wrong.ts"])).rejects.toMatchObject({
    stdout: expect.stringContaining("wrong.ts"),
  });
  await project.write("fails.js", "process.exitCode = 3;\n");
  await expect(project.run("fails.js")).rejects.toMatchObject({ code: 3 });
});

test("packing must put package.json back, and leaves the workspace's alone", async () => {
  await using thing = await workspace({ prepack: "npm pkg set description=packed" });
  const before = await readFile(join(thing.folder, "package.json"), "utf8");
  await expect(ConsumerProject.create({ workspaceFolder: thing.folder, packages: [] })).rejects.toThrow(
    "npm pack has left thing/package.json changed",
  );
  expect(await readFile(join(thing.folder, "package.json"), "utf8")).toBe(before);
});

test("the README's first example is taken", async () => {
  await using thing = await workspace();
  expect(await readmeExample(thing.folder)).toBe("first\n");
});
