import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { ownMark } from "@grpc-lb-lab/stage/process-mark";
import { describe, expect, it } from "vitest";
import { lockFolder, lockFolderSoon } from "./folder-lock.ts";
import { temporaryFolder } from "./testing/lab-process.ts";

const LOCK_AND_WAIT = `
  import { lockFolder } from ${JSON.stringify(import.meta.resolve("./folder-lock.ts"))};
  await lockFolder(process.argv[1]);
  process.stdout.write("locked");
  setInterval(() => {}, 1e9);`;

/** Another process that has locked `folder`. */
async function lockElsewhere(folder: string) {
  const child = spawn(process.execPath, ["--input-type=module", "-e", LOCK_AND_WAIT, folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  return {
    pid: child.pid,
    async kill() {
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

describe("the lock of an output folder", () => {
  it("is had by one lab at a time, and leaves nothing behind", async () => {
    await using folder = await temporaryFolder();
    for (let time = 0; time < 2; time++) {
      await using _lock = await lockFolder(folder.path);
      await expect(lockFolder(folder.path)).rejects.toThrow(
        `${folder.path}: another lab writes its results there (process ${process.pid}, started 2`,
      );
    }
    expect(await readdir(folder.path)).toEqual([]);
  });

  it("is had by one of many that ask at once, whatever dead owners have left", async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, `.lab-lock-${ownMark().replace(/-\d+-/, "-1-")}`), "");
    const asked = await Promise.allSettled(Array.from({ length: 20 }, () => lockFolder(folder.path)));
    expect(asked.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await readdir(folder.path)).toEqual([`.lab-lock-${ownMark()}`]);
  });

  it("is not kept by a lab that was killed", async () => {
    await using folder = await temporaryFolder();
    const other = await lockElsewhere(folder.path);
    await expect(lockFolder(folder.path)).rejects.toThrow(`(process ${other.pid}, `);
    await other.kill();
    await using _lock = await lockFolder(folder.path);
  });

  it("is waited for where it is had for a moment, and not for ever", async () => {
    await using folder = await temporaryFolder();
    const first = await lockFolder(folder.path);
    await expect(lockFolderSoon(folder.path, 1)).rejects.toThrow("another lab writes its results there");
    const order: string[] = [];
    const second = lockFolderSoon(folder.path).finally(() => order.push("second"));
    await setImmediate();
    order.push("first ends");
    await first[Symbol.asyncDispose]();
    await (await second)[Symbol.asyncDispose]();
    expect(order).toEqual(["first ends", "second"]);
    expect(await readdir(folder.path)).toEqual([]);
  });

  it("is not what no lab has made", async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, ".lab-lock-mine"), "");
    await using _lock = await lockFolder(folder.path);
  });

  it("is that of a lab in another container, of which nobody knows whether it runs", async () => {
    await using folder = await temporaryFolder();
    const lock = join(folder.path, ".lab-lock-1-2-3");
    await writeFile(lock, "");
    await expect(lockFolder(folder.path)).rejects.toThrow(`that is gone, delete ${lock}`);
    expect(await readdir(folder.path)).toEqual([".lab-lock-1-2-3"]);
  });
});
