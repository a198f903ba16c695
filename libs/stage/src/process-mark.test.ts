import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { isRunning, ownMark } from "./process-mark.ts";

describe("the mark of a process", () => {
  it("is the same for as long as it runs", () => {
    expect(ownMark()).toMatch(new RegExp(`^${process.pid}-[1-9]\\d*-\\d+$`));
    expect(ownMark()).toBe(ownMark());
    expect(isRunning(ownMark())).toBe(true);
  });

  it("is that of nobody once it has ended", async () => {
    const source = `import { ownMark } from ${JSON.stringify(import.meta.resolve("./process-mark.ts"))}; process.stdout.write(ownMark());`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", source], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [bytes] = (await once(child.stdout, "data")) as [Buffer];
    await once(child, "exit");
    expect(String(bytes)).toMatch(new RegExp(`^${child.pid}-\\d+-\\d+$`));
    expect(isRunning(String(bytes))).toBe(false);
  });

  it("is not that of a later process with the same id", () => {
    const [pid, start, namespace] = ownMark().split("-");
    expect(isRunning(`${pid}-${Number(start) - 1}-${namespace}`)).toBe(false);
  });

  it("of a process in a container tells nothing here: it may run", () => {
    expect(isRunning("1-1-1")).toBe(true);
  });

  it.each(["", "0", "1-", "x-1-1", "-1-1-1", "1-1", "1-1-1-1"])("is not %j", (text) => {
    expect(isRunning(text)).toBe(false);
  });
});
