import { randomInt, randomUUID } from "node:crypto";
import { modeNamed } from "@grpc-lb-lab/modes";
import type { DeploymentEvent, StartOptions } from "@grpc-lb-lab/stage-api";
import { vi } from "vitest";
import { LocalStage } from "../local-stage.ts";
import { FAKE_BACKEND, FAKE_LOAD } from "./fake-programs.ts";
import { isFree } from "./ports.ts";
import { processesWith } from "./processes.ts";

/** Ports that a deployment with fake programs listens on, by the last byte of the address: the lease, the Service, ten pods. */
const LISTENERS: readonly (readonly [host: number, port: number])[] = [
  [1, 50_049],
  [5, 50_051],
  ...Array.from({ length: 10 }, (_, index) => [11 + index, 50_051] as const),
];

/** A local stage with fake programs in a loopback range known beforehand, whose processes can be told from all others. */
export function plainStage() {
  const prefix = `127.${randomInt(200, 250)}.${randomInt(1, 255)}`;
  vi.stubEnv("LAB_LOOPBACK", prefix);
  const marker = randomUUID();
  const aborting = new AbortController();
  const stage = new LocalStage({
    backendCommand: [...FAKE_BACKEND, marker],
    frontendCommand: [...FAKE_BACKEND, marker],
    loadCommand: [...FAKE_LOAD, marker],
  });
  return {
    stage,
    prefix,
    aborting,
    start: (options: Partial<StartOptions> = {}) =>
      stage.start(modeNamed("plain"), { pods: 2, timings: QUICK, signal: aborting.signal, ...options }),
    processes: () => processesWith(marker),
    /** What is left of it: processes and ports. */
    remains: async () => {
      const taken = LISTENERS.map(async ([host, port]) => ((await isFree(`${prefix}.${host}`, port)) ? [] : [host]));
      return { processes: processesWith(marker), taken: (await Promise.all(taken)).flat() };
    },
  };
}

/** Timings of a cluster that is in a hurry. */
const QUICK = { endpointLagMs: 20, restartAfterMs: 100, terminationGraceMs: 10_000 };

/** Nothing remains. */
export const NOTHING = { processes: [], taken: [] };

/** Events as `kind pod`, without the time. */
export function inWords(events: readonly DeploymentEvent[]): string[] {
  return events.map(({ kind, pod }) => `${kind} ${pod}`);
}

/** After each event: how many pods take calls, and how many are there and not on their way out. */
export function podCounts(events: readonly DeploymentEvent[]): { ready: number; staying: number }[] {
  const ready = new Set<string>();
  const staying = new Set<string>();
  return events.map(({ kind, pod }) => {
    if (kind === "pod-added") staying.add(pod);
    if (kind === "pod-ready") ready.add(pod);
    if (kind === "pod-terminating" || kind === "pod-crashed") ready.delete(pod);
    if (kind === "pod-terminating") staying.delete(pod);
    return { ready: ready.size, staying: staying.size };
  });
}
