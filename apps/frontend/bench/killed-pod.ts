import type { forkFrontend, PodProcess } from "../src/testing/processes.ts";
import { runRestLoad } from "../src/testing/rest-load.ts";
import { textTable } from "./text-table.ts";

const PER_SECOND = 2_000;
const WARM_UP_MS = 5_000;
const LOAD_MS = 30_000;
const CONNECTIONS = 200;
const MOST_GROWTH = 1.2;
/** Below that share of the intended rate the machine was too busy to measure anything of it. */
const LEAST_RATE = 0.95;
const MIB = 2 ** 20;

/**
 * A steady load through REST in whose middle a pod is killed: is every request answered, and does the memory come back to what it was before? That is taken
 * after a warm-up of the same load; `fresh`, which is shown beside, before the first call, when most of the code had not run yet.
 */
export async function killedPod(
  edge: Awaited<ReturnType<typeof forkFrontend>>,
  pod: PodProcess,
  fresh: NodeJS.MemoryUsage,
) {
  const load = { url: edge.url, perSecond: PER_SECOND, connections: CONNECTIONS };
  await runRestLoad({ ...load, durationMs: WARM_UP_MS });
  const before = await edge.memory();
  const killer = setTimeout(() => pod.kill(), LOAD_MS / 2);
  const end = await runRestLoad({ ...load, durationMs: LOAD_MS });
  clearTimeout(killer);
  const after = await edge.memory();
  const used = ({ heapUsed, external }: NodeJS.MemoryUsage) => heapUsed + external;
  const memory = [
    ["", "fresh", "before", "after", "growth"],
    memoryRow("resident", fresh.rss, before.rss, after.rss),
    memoryRow("in use", used(fresh), used(before), used(after)),
  ];
  const held = end.perSecond >= PER_SECOND * LEAST_RATE;
  const rate = `${end.perSecond.toFixed(0)} per second${held ? "" : `: NOT the requested load: the machine is too busy`}`;
  const lines = [
    `${PER_SECOND} requests per second through REST for ${LOAD_MS / 1_000} s, a pod of three killed in the middle`,
    `  sent ${end.sent} (${rate}), longest answer ${end.longestMs.toFixed(0)} ms`,
    `  greetings ${end.greetings}, errors ${JSON.stringify(end.errors)}, not answered ${end.broken.length}`,
    ...end.broken.slice(0, 3).map((text) => `  not answered: ${text}`),
    ...textTable(memory),
  ];
  const back = after.rss <= before.rss * MOST_GROWTH && used(after) <= used(before) * MOST_GROWTH;
  return { text: lines.join("\n"), ok: held && end.broken.length === 0 && back };
}

function memoryRow(name: string, fresh: number, before: number, after: number): readonly string[] {
  const mib = (bytes: number) => `${(bytes / MIB).toFixed(1)} MiB`;
  return [name, mib(fresh), mib(before), mib(after), `${(100 * (after / before - 1)).toFixed(1)} %`];
}
