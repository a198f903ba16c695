import { existsSync } from "node:fs";
import type { RunResult } from "@grpc-lb-lab/measure";
import { formatMs, readResultFile } from "@grpc-lb-lab/report";

/**
 * How much longer the median call takes than under `headless`, in a sentence; undefined when one of the two was not metered.
 * @throws {InputError} when the file is there, but is no result.
 */
export async function latencyAdded(runs: readonly RunResult[], headlessFile: string): Promise<string | undefined> {
  const ours = costRun(runs);
  if (ours === undefined || ours.mode === "headless" || !existsSync(headlessFile)) return undefined;
  const headless = costRun((await readResultFile(headlessFile)).runs);
  if (headless === undefined) return undefined;
  const addedMs = ours.latencyMs.p50 - headless.latencyMs.p50;
  const size = formatMs(Math.abs(addedMs));
  return `A median call takes ${size} ${addedMs < 0 ? "less" : "more"} than under headless (${headlessFile}).`;
}

function costRun(runs: readonly RunResult[]): RunResult | undefined {
  return runs.find(({ experiment, status, calls }) => experiment === "cost" && status !== "skipped" && calls.ok > 0);
}
