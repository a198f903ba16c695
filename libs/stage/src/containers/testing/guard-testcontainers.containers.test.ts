import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, it, vi } from "vitest";
import { connectEngine } from "../engine.ts";

const PROGRAM = fileURLToPath(new URL("./testcontainers-to-kill.ts", import.meta.url));

/** The containers with a label, running or not. */
async function labelled(label: string): Promise<string[]> {
  const docker = await connectEngine();
  const containers = await docker.listContainers({ all: true, filters: { label: [label] } });
  return containers.flatMap(({ Names }) => Names);
}

it("what testcontainers has started goes when its process is killed", async () => {
  const env = { ...process.env, TESTCONTAINERS_RYUK_DISABLED: "true" };
  const program = spawn(process.execPath, [PROGRAM], { stdio: ["ignore", "pipe", "inherit"], env });
  const died = once(program, "exit").then(([code]) => Promise.reject(new Error(`the program ended with ${code}`)));
  const said = once(createInterface({ input: program.stdout }), "line") as Promise<[label: string]>;
  const [label] = await Promise.race([said, died]);
  died.catch(() => {});
  expect(await labelled(label)).toHaveLength(1);
  program.kill("SIGKILL");
  await vi.waitFor(async () => expect(await labelled(label)).toEqual([]), { timeout: 60_000, interval: 500 });
});
