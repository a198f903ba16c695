import type { ContainerCost, RunResult } from "@grpc-lb-lab/measure";
import { answeredOnlyMark, answeredOnlyNotes } from "./answered-only.ts";
import type { NamedResult } from "./comparison.ts";
import { formatMs } from "./format.ts";

/** What calls cost under a mode: one metered run, or what others have published. Texts are ready to be shown. */
export interface PriceRow {
  readonly file: string;
  /** The mode, or whose figures these are. */
  readonly mode: string;
  /** `on`, `off`, or `–` where nobody encrypts anything. */
  readonly mutualTls: string;
  /** CPU of all containers of the kind in ms per 1,000 calls, as many as mCPU at 1,000 calls per second. */
  readonly cpu: {
    readonly client: string;
    readonly clientProxy: string;
    readonly server: string;
    readonly serverProxy: string;
    /** Of proxies that stand between them. */
    readonly between: string;
  };
  /** Memory of a proxy or agent in MiB: `67/65`, client and server. */
  readonly proxyMiB: string;
  readonly p50: string;
  /** Median latency beside that of the baseline, where one invocation measured both: in the same file, or in another of the same. */
  readonly added: string;
}

/** The price of calls under each mode. */
export interface PriceTable {
  /** The mode beside which latency is shown: the first that a result names so. Undefined: none does. */
  readonly baseline: string | undefined;
  /** A row for each metered run, mode by mode, then Istio's own figures. Empty when no run was metered. */
  readonly rows: readonly PriceRow[];
  /** What the mark of percentiles beside failed calls means; undefined where none is marked. */
  readonly note: string | undefined;
}

const NONE = "–";

/** The Deployments that calls go between; see {@link ContainerCost}. */
const CLIENT = "client";
const SERVER = "backend";

/** What the metered runs of `results` cost. */
export function prices(results: readonly NamedResult[], severalFiles = false): PriceTable {
  const baseline = results.flatMap(({ result }) => result.modes).find(({ isBaseline }) => isBaseline)?.mode;
  const metered = results.flatMap(({ name, result: { runs, invocation = name } }) =>
    runs.flatMap((run) =>
      run.cost === undefined || run.cost.containers.length === 0 ? [] : { name, run, invocation },
    ),
  );
  if (metered.length === 0) return { baseline, rows: [], note: undefined };
  const ofBaseline = metered.filter(({ run }) => run.mode === baseline);
  const rows = metered.map(({ name, run, invocation }) => {
    const base = ofBaseline.find((candidate) => candidate.invocation === invocation);
    return priceRow(name, run, base?.run);
  });
  const note = answeredOnlyNotes(
    metered.map(({ name, run: { mode, experiment, calls } }) => ({
      where: `${mode} ${experiment}${severalFiles ? ` (${name})` : ""}`,
      calls,
    })),
  );
  return { baseline, rows: [...[...Map.groupBy(rows, ({ mode }) => mode).values()].flat(), ...PUBLISHED], note };
}

/** Whether a row is what others have measured. */
export function isPublished(row: PriceRow): boolean {
  return PUBLISHED.includes(row);
}

function priceRow(file: string, run: RunResult, base: RunResult | undefined): PriceRow {
  const { mode, cost, latencyMs, calls } = run;
  const containers = cost?.containers ?? [];
  const app = (deployment: string) =>
    containers.filter((part) => part.role === "app" && part.deployment === deployment);
  const beside = (deployment: string) =>
    containers.filter((part) => part.role !== "app" && part.deployment === deployment);
  const [clientProxy, serverProxy, between] = [beside(CLIENT), beside(SERVER), containers.filter(isBetween)];
  return {
    file,
    mode,
    mutualTls: cost?.mutualTls ?? NONE,
    cpu: {
      client: cpuText(app(CLIENT)),
      clientProxy: cpuText(clientProxy),
      server: cpuText(app(SERVER)),
      serverProxy: cpuText(serverProxy),
      between: cpuText(between),
    },
    proxyMiB: memoryText([...between, ...clientProxy, ...serverProxy]),
    p50: calls.ok === 0 ? NONE : `${formatMs(latencyMs.p50)}${answeredOnlyMark(calls)}`,
    added: base === undefined || mode === base.mode ? NONE : addedMs(run, base),
  };
}

/** Whether calls pass through it in pods of its own. */
function isBetween({ role, deployment }: ContainerCost): boolean {
  return role === "proxy" && deployment !== CLIENT && deployment !== SERVER;
}

function cpuText(costs: readonly ContainerCost[]): string {
  if (costs.length === 0) return NONE;
  const ms = costs.reduce((sum, { cpuMsPer1000Calls }) => sum + cpuMsPer1000Calls, 0);
  return ms < 10 ? ms.toFixed(1) : String(Math.round(ms));
}

function memoryText(costs: readonly ContainerCost[]): string {
  return costs.map(({ memoryMiB }) => Math.round(memoryMiB)).join("/") || NONE;
}

/** Marked as soon as calls of either run have failed; nothing without an answer in both. */
function addedMs(run: RunResult, base: RunResult): string {
  if (run.calls.ok === 0 || base.calls.ok === 0) return NONE;
  const mark = answeredOnlyMark(run.calls) || answeredOnlyMark(base.calls);
  return `${signedMs(run.latencyMs.p50 - base.latencyMs.p50)}${mark}`;
}

function signedMs(ms: number): string {
  return `${ms < 0 ? "−" : "+"}${formatMs(Math.abs(ms))}`;
}

/**
 * Istio's figures at 1,000 calls per second; it does not say what the applications took.
 * Source: https://istio.io/latest/blog/2021/proxyless-grpc/#performance
 */
const PUBLISHED: readonly PriceRow[] = [
  published("Istio sidecar", "off", "320", "244", "67/65"),
  published("Istio sidecar", "on", "341", "310", "67/65"),
  published("Istio agent", NONE, "0.72", "0.84", "24/24"),
];

function published(mode: string, mutualTls: string, client: string, server: string, proxyMiB: string): PriceRow {
  const cpu = { client: NONE, clientProxy: client, server: NONE, serverProxy: server, between: NONE };
  return { file: "", mode, mutualTls, cpu, proxyMiB, p50: NONE, added: NONE };
}
