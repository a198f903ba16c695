import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { renderReport } from "./render-report.ts";
import { type BenchReport, SECTION_NAMES } from "./report.ts";

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));

function start(...args: string[]) {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const exit = once(child, "exit");
  const ended = async () => {
    const [[code], stdout, stderr] = await Promise.all([exit, text(child.stdout), text(child.stderr)]);
    return { code, stdout, stderr };
  };
  return { child, ended };
}

/** The spread of figures that can be neither zero nor the wrong way round. */
const positive = (value: unknown) => typeof value === "number" && value > 0 && Number.isFinite(value);
const spread = (repeats: number) => ({
  repeats,
  ...Object.fromEntries(["median", "p90", "min", "max"].map((key) => [key, expect.toSatisfy(positive)])),
});

describe("npm run bench", () => {
  it("--quick --json measures every usual section", async () => {
    const { code, stdout, stderr } = await start("--quick", "--json").ended();
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/^bench: throughput: 1 of 2$/m);
    const report: BenchReport = JSON.parse(stdout);
    expect(report).toMatchObject({
      schema: "grpc-lb-lab/bench/1",
      quick: true,
      environment: { node: process.versions.node, grpcJs: expect.any(String), cpus: expect.toSatisfy(positive) },
      throughput: { inFlight: 50, labCallsPerSecond: spread(2), bareCallsPerSecond: spread(2) },
      "mode-cost": {
        modes: ["plain", "proxyless"].map((mode) => ({
          mode,
          calls: expect.toSatisfy(positive),
          latencyMs: spread(1),
          directMs: spread(1),
        })),
      },
      "endpoint-change": {
        changes: [10, 100].map((endpoints) => ({
          endpoints,
          firstCallMs: spread(3),
          ackMs: spread(3),
          connections: spread(3),
          firstCallInTurnMs: spread(1),
        })),
      },
      "push-to-ack": { endpoints: 10_000, ackMs: spread(3), pushMs: spread(3), pushedBytes: spread(3) },
    });
    // Wide, as the machine may be busy with something else during either part.
    expect(report.throughput?.ratio.measured).toBeGreaterThan(0.2);
    expect(report.throughput?.ratio.measured).toBeLessThan(5);
    // An address and a port in protobuf take 20 bytes at the least.
    expect(report["push-to-ack"]?.pushedBytes.min).toBeGreaterThan(10_000 * 20);
    for (const { firstCallMs, ackMs } of report["endpoint-change"]?.changes ?? []) {
      expect(ackMs.min).toBeLessThanOrEqual(firstCallMs.max);
    }
    expect(peakNames(report)).toMatchObject(
      process.platform === "linux"
        ? [
            ["bench", "backend", "lab load", "bare-client"],
            ["bench", "endpoints", "control-plane", "xds-client"],
          ].map((names) => expect.arrayContaining(names))
        : [[], []],
    );
    const rendered = renderReport(report);
    expect(rendered).toMatch(/median ratio of neighbours: \d\.\d\d, target >= 0\.9: (ok|NOT MET)/);
    expect(rendered).toMatch(/^ {2}proxyless +\d/m);
    expect(rendered).not.toMatch(/\P{ASCII}|NaN|undefined/u);
  });
});

function peakNames(report: BenchReport): string[][] {
  return [report.throughput?.memory, report["push-to-ack"]?.memory].map((peaks = []) =>
    peaks.filter(({ peakMiB }) => positive(peakMiB)).map(({ process }) => process),
  );
}

describe("a wrong command line", () => {
  it.each([
    [
      ["--only", "thruput"],
      `There is no section "thruput"; there are ${SECTION_NAMES.join(", ")}. Did you mean throughput?`,
    ],
    [["--fast"], "unknown option '--fast'"],
    [["throughput"], "too many arguments"],
  ])("%j ends with 2 and says what is allowed", async (args, message) => {
    const { code, stdout, stderr } = await start(...args).ended();
    expect(stderr).toContain(message);
    expect(stdout).toBe("");
    expect(code).toBe(2);
  });
});

// What a process has started is read from /proc.
describe.skipIf(process.platform !== "linux")("the end of the bench", () => {
  it.each([
    ["SIGINT", { code: 130 }],
    ["SIGTERM", { code: 143 }],
    ["SIGKILL", { code: null }],
  ] as const)("by %s is the end of every process that it started", async (signal, end) => {
    const { child, ended } = start("--quick", "--only", "endpoint-change");
    const programs = await vi.waitFor(() => {
      const pids = childrenOf(child.pid);
      expect(pids.length).toBeGreaterThanOrEqual(2);
      return pids;
    }, 60_000);
    child.kill(signal);
    expect(await ended()).toMatchObject({ ...end, stdout: "" });
    await vi.waitFor(() => expect(programs.filter(isRunning)).toEqual([]), 60_000);
  });
});

function childrenOf(pid = 0): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
}

function isRunning(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}
