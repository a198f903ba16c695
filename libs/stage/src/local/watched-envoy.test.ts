import { adminBlock, ENVOY } from "@grpc-lb-lab/envoy";
import { expect, it, vi } from "vitest";
import { ProblemLog } from "../deployment/problem-log.ts";
import { ChildProcesses } from "./child-processes.ts";
import { leaseLoopbackRange } from "./loopback-range.ts";
import { startWatchedEnvoy } from "./watched-envoy.ts";

it("an Envoy that is killed becomes a problem, one that is stopped does not", async () => {
  const binary = await ENVOY.find({ env: process.env });
  await using range = await leaseLoopbackRange();
  await using children = new ChildProcesses();
  const problems = new ProblemLog();
  const spawned: { kill(signal: NodeJS.Signals): boolean }[] = [];
  const spawn = ((...args: Parameters<typeof children.spawn>) => {
    const child = children.spawn(...args);
    spawned.push(child);
    return child;
  }) as typeof children.spawn;
  const start = (name: string, host: number) =>
    startWatchedEnvoy(
      { children: { spawn }, signal: new AbortController().signal, problems },
      { binary, name, config: { admin: adminBlock(range.address(host), 15_000), staticResources: {} } },
    );

  const stopped = await start("stopped", 11);
  await stopped.stop();
  await using _killed = await start("killed", 12);
  spawned.at(-1)?.kill("SIGKILL");
  await vi.waitFor(() => expect(problems.problems).toHaveLength(1), { timeout: 60_000 });
  expect(problems.problems[0]).toContain("Envoy killed ended by itself (SIGKILL) and is not restarted");
});
