import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { replacingArchive, tarArchive } from "./tar-archive.ts";

it("a tar that others read has each file with its name and content, and a folder that everybody may write to", () => {
  const input = tarArchive("run", { "nginx.conf": "daemon off;\n", empty: "", "long.txt": "ö".repeat(512) });
  const tar = (...args: string[]) => execFileSync("tar", args, { input, encoding: "utf8" });
  expect(tar("-tf", "-").trim().split("\n")).toEqual(["run/", "run/nginx.conf", "run/empty", "run/long.txt"]);
  expect(tar("-xOf", "-", "run/nginx.conf")).toBe("daemon off;\n");
  expect(tar("-xOf", "-", "run/long.txt")).toBe("ö".repeat(512));
  expect(tar("-tvf", "-").split("\n")[0]).toMatch(/^drwxrwxrwx/);
});

it("refuses a name that has no place in it", () => {
  expect(() => tarArchive("run", { ["x".repeat(101)]: "" })).toThrow("too long");
});

it("a tar that replaces files puts each into its place at once", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "tar-archive-"));
  const path = join(folder.path, "pods.yaml");
  for (const text of ["first: 1\n", "second: 2\n"]) {
    execFileSync("tar", ["-xf", "-", "-C", folder.path], { input: replacingArchive({ "pods.yaml": text }) });
    expect(readFileSync(path, "utf8")).toBe(text);
  }
  // No byte of it is written there: it is the file beside it.
  expect(statSync(path).ino).toBe(statSync(`${path}.new`).ino);
});
