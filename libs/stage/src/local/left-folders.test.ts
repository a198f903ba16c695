import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtempDisposable, readdir, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ownMark } from "../process-mark.ts";
import { removeLeftFolders } from "./left-folders.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const unguarded = { guardFolder: () => {} };

const MAKE_FOLDER_AND_WAIT = `
  import { temporaryFolder } from ${JSON.stringify(import.meta.resolve("./temporary-folder.ts"))};
  const folder = await temporaryFolder("nginx", { guardFolder() {} });
  await folder.write({ "key.pem": "secret" });
  process.stdout.write(folder.path);
  setInterval(() => {}, 1e9);`;

it("removes the folder of a process that was killed, and not before", async () => {
  await using parent = await mkdtempDisposable(join(tmpdir(), "lab-left-"));
  const lab = spawn(process.execPath, ["--input-type=module", "-e", MAKE_FOLDER_AND_WAIT], {
    env: { ...process.env, TMPDIR: parent.path },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [bytes] = (await once(lab.stdout, "data")) as [Buffer];
  const name = String(bytes).slice(parent.path.length + 1);
  await removeLeftFolders(parent.path);
  expect(await readdir(parent.path)).toEqual([name]);
  lab.kill("SIGKILL");
  await once(lab, "exit");
  await removeLeftFolders(parent.path);
  expect(await readdir(parent.path)).toEqual([]);
});

it("removes nothing that is not a lab's", async () => {
  await using parent = await mkdtempDisposable(join(tmpdir(), "lab-left-"));
  const [pid, start, namespace] = ownMark().split("-");
  const dead = `${pid}-1-${namespace}`;
  const folders = [
    "other",
    `other-tool-${dead}-abc123`,
    "grpc-lb-lab-abc123",
    "grpc-lb-lab-report-abc123",
    `grpc-lb-lab-nginx-${ownMark()}-abc123`,
    `grpc-lb-lab-nginx-${pid}-${start}-1-abc123`, // Of a container with the same folder of temporary files.
    `grpc-lb-lab-nginx-${dead}-abc123.old`,
  ];
  for (const folder of folders) await mkdir(join(parent.path, folder));
  await writeFile(join(parent.path, `grpc-lb-lab-file-${dead}-abc123`), "");
  await symlink(tmpdir(), join(parent.path, `grpc-lb-lab-link-${dead}-abc123`));
  const before = await readdir(parent.path);
  await removeLeftFolders(parent.path);
  expect(await readdir(parent.path)).toEqual(before);
});

it("does without the folder of temporary files", async () => {
  await removeLeftFolders("/does/not/exist");
});

it("knows the folders of this process", async () => {
  await using folder = await temporaryFolder("a test", unguarded);
  await removeLeftFolders();
  await folder.write({ file: "text" });
  expect(await readdir(folder.path)).toEqual(["file"]);
});
