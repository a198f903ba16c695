import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ownMark } from "@grpc-lb-lab/stage/process-mark";
import { expect, it, onTestFinished } from "vitest";
import { freePort } from "./testing/free-port.ts";
import { LabProcess, lab, running, temporaryFolder } from "./testing/lab-process.ts";

/** The mark of a process that had this one's id once. */
function deadMark(): string {
  const [pid, , namespace] = ownMark().split("-");
  return `${pid}-1-${namespace}`;
}

/** What of the lab's is among the temporary files: Node's compile cache is Node's, and stays. */
async function left(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name !== "node-compile-cache");
}

it("leaves no process and no key when it is killed", async () => {
  await using temporary = await temporaryFolder();
  const ports = ["--forward-port", String(await freePort()), "--rules-port", String(await freePort())];
  const up = new LabProcess(["up", "proxyless", "--app", "echo", ...ports], { TMPDIR: temporary.path });
  onTestFinished(() => up.kill("SIGKILL"));
  await up.says("Ctrl-C ends it.");
  const children = up.descendants();
  expect(await left(temporary.path)).toEqual([expect.stringMatching(/^grpc-lb-lab-certificates-\d+-\d+-\d+-/)]);
  up.kill("SIGKILL");
  await up.ended;
  await expect.poll(() => running(children), { timeout: 60_000 }).toEqual([]);
  await expect.poll(() => left(temporary.path), { timeout: 60_000 }).toEqual([]);
});

it("removes what another lab has left that was killed with its guardian", async () => {
  await using temporary = await temporaryFolder();
  const folder = join(temporary.path, `grpc-lb-lab-certificates-${deadMark()}-abc123`);
  await mkdir(folder);
  await writeFile(join(folder, "key.pem"), "secret");
  expect((await lab(["--version"], { TMPDIR: temporary.path })).status).toBe(0);
  expect(await left(temporary.path)).toEqual([]);
});
