import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { IMAGE_APPLICATIONS } from "@grpc-lb-lab/cluster/images";
import { afterAll, expect, it } from "vitest";
import { assembleImage } from "./assemble-image.ts";

const folder = mkdtempSync(join(tmpdir(), "lab-assemble-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A repository of one dependency, checked out by somebody who lets nobody else read. */
function privateCheckout(): string {
  const root = join(folder, "checkout");
  const workspaces = IMAGE_APPLICATIONS.map(({ name }) => `apps/${name}`);
  const dependencies = { left: "1.0.0" };
  const packages = {
    ...Object.fromEntries(workspaces.map((path) => [path, { name: path.replace("apps", "@lab"), dependencies }])),
    "node_modules/left": { version: "1.0.0" },
  };
  write(root, "package-lock.json", JSON.stringify({ packages }));
  write(root, "deploy/images/Dockerfile", "ARG BASE");
  write(root, "node_modules/left/index.js", "");
  write(root, "node_modules/left/bin.js", "", 0o700);
  for (const path of workspaces) {
    write(root, `${path}/package.json`, JSON.stringify({ name: path.replace("apps", "@lab") }));
    write(root, `${path}/src/main.ts`, "");
    mkdirSync(join(root, "node_modules/@lab"), { recursive: true });
    symlinkSync(`../../${path}`, join(root, "node_modules", path.replace("apps", "@lab")));
  }
  return root;
}

function write(root: string, path: string, text: string, mode = 0o600): void {
  mkdirSync(dirname(join(root, path)), { recursive: true, mode: 0o700 });
  writeFileSync(join(root, path), text);
  chmodSync(join(root, path), mode);
}

it("whatever user an image gets can read all of it, whoever has checked the sources out", async () => {
  const context = join(folder, "context");
  await assembleImage("lab", { root: privateCheckout(), context });
  const entries = readdirSync(context, { recursive: true, withFileTypes: true }).filter((one) => !one.isSymbolicLink());
  const modes = new Map(
    entries.map((one) => [one.name, statSync(join(one.parentPath, one.name)).mode & 0o777] as const),
  );
  expect(modes.get("main.ts")).toBe(0o644);
  expect(modes.get("src")).toBe(0o755);
  expect(modes.get("index.js")).toBe(0o644);
  expect(modes.get("bin.js")).toBe(0o755);
  expect(modes.get("lab")).toBe(0o755);
  expect([...modes].filter(([, mode]) => (mode & 0o444) !== 0o444)).toEqual([]);
});
