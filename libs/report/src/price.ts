import type { ContainerCost, RunResult } from "@grpc-lb-lab/measure";
import type { NamedResult } from "./comparison.ts";
import { formatMs } from "./format.ts";

/** What calls cost under a mode: one `cost` or `cost-plaintext` run, or what others have published. Texts are ready to be shown. */
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
    /** Of a proxy that stands between them. */
    readonly between: string;
  };
  /** Memory of a proxy or agent in MiB: `67/65`, client and server. */
  readonly proxyMiB: string;
  readonly p50: string;
  /** Median latency beside that of `headless`, from the same file or else the first that has it. */
  readonly added: string;
}

const NONE = "–";

/** A row for each metered run, mode by mode, then Istio's own figures. Empty when no run was metered. */
export function prices(results: readonly NamedResult[]): PriceRow[] {
  const metered = results.flatMap(({ name, result }) =>
    result.runs.flatMap((run) => (run.cost === undefined || run.cost.containers.length === 0 ? [] : { name, run })),
  );
  if (metered.length === 0) return [];
  const headless = metered.filter(({ run }) => run.mode === "headless");
  const rows = metered.map(({ name, run }) => {
    const base = headless.find((candidate) => candidate.name === name) ?? headless[0];
    return priceRow(name, run, base?.run.latencyMs.p50);
  });
  return [...[...Map.groupBy(rows, ({ mode }) => mode).values()].flat(), ...PUBLISHED];
}

/** Whether a row is what others have measured. */
export function isPublished(row: PriceRow): boolean {
  return PUBLISHED.includes(row);
}

function priceRow(file: string, { mode, cost, latencyMs }: RunResult, headlessP50Ms: number | undefined): PriceRow {
  const of = (deployment: string, beside: boolean) =>
    cost?.containers.find((part) => part.deployment === deployment && (part.role !== "app") === beside);
  const [clientProxy, serverProxy, between] = [of("client", true), of("backend", true), of("envoy", true)];
  return {
    file,
    mode,
    mutualTls: cost?.mutualTls ?? NONE,
    cpu: {
      client: cpuText(of("client", false)),
      clientProxy: cpuText(clientProxy),
      server: cpuText(of("backend", false)),
      serverProxy: cpuText(serverProxy),
      between: cpuText(between),
    },
    proxyMiB: memoryText([between, clientProxy, serverProxy]),
    p50: formatMs(latencyMs.p50),
    added: headlessP50Ms === undefined || mode === "headless" ? NONE : signedMs(latencyMs.p50 - headlessP50Ms),
  };
}

function cpuText(cost: ContainerCost | undefined): string {
  if (cost === undefined) return NONE;
  const { cpuMsPer1000Calls: ms } = cost;
  return ms < 10 ? ms.toFixed(1) : String(Math.round(ms));
}

function memoryText(costs: readonly (ContainerCost | undefined)[]): string {
  const there = costs.filter((cost) => cost !== undefined);
  return there.length === 0 ? NONE : there.map(({ memoryMiB }) => Math.round(memoryMiB)).join("/");
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
