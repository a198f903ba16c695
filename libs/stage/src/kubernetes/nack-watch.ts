import { corePath, type KubeClient, podProxyPath, selectedPods } from "@grpc-lb-lab/cluster";
import { monotonicMs } from "@grpc-lb-lab/measure";
import { countedNacks, type NackCounters, nackCounters } from "./nack-counters.ts";
import { type Nack, type NackSource, nacksIn } from "./nack-log.ts";

const ISTIO_NAMESPACE = "istio-system";
const METRICS_PORT = 15_014;

/**
 * How far back a NACK is one of before the rules. Long enough for a proxy or client that is refusing something already, and shorter than from the end of one
 * trial's load to the next trial's rules: the same rules again are refused by the same words.
 */
const BEFORE_SECONDS = 3;

/**
 * What xDS clients of a namespace do not take of what istiod sends them from now on. Its log has their words, but is rotated; its metrics count whatever
 * becomes of the log.
 */
export class NackWatch {
  readonly #client: KubeClient;
  readonly #source: NackSource;
  readonly #before: NackCounters;
  readonly #nowMs: () => number;
  #readMs: number;
  /** The lines that were read until now, some of which are read again. */
  #seen: ReadonlySet<string>;
  /** The words of NACKs that were sent before the rules. */
  readonly #wordsBefore: ReadonlySet<string>;
  readonly #withWords = new Set<string>();

  private constructor(
    client: KubeClient,
    source: NackSource,
    before: NackCounters,
    lines: readonly string[],
    nowMs: () => number,
  ) {
    this.#client = client;
    this.#source = source;
    this.#before = before;
    this.#nowMs = nowMs;
    this.#readMs = nowMs();
    this.#seen = new Set(lines);
    this.#wordsBefore = new Set(nacksIn(lines, source).map(wordsOf));
  }

  /**
   * To be called before the rules are applied: a NACK that is there already is not theirs.
   * @throws {InputError} when istiod's pods may not be asked.
   */
  static async start(
    client: KubeClient,
    source: NackSource,
    signal: AbortSignal,
    nowMs: () => number = monotonicMs,
  ): Promise<NackWatch> {
    const before = await counters(client, signal);
    return new NackWatch(client, source, before, await logLines(client, BEFORE_SECONDS, signal), nowMs);
  }

  /**
   * The NACKs of which words were logged since the last time.
   * @throws {InputError} when istiod's log may not be read.
   */
  async logged(signal: AbortSignal): Promise<readonly Nack[]> {
    const nowMs = this.#nowMs();
    // Whole seconds, of the last one twice rather than not at all.
    const lines = await logLines(this.#client, 1 + Math.ceil((nowMs - this.#readMs) / 1_000), signal);
    this.#readMs = nowMs;
    const fresh = lines.filter((line) => !this.#seen.has(line));
    this.#seen = new Set(lines);
    const nacks = nacksIn(fresh, this.#source);
    for (const { type } of nacks) this.#withWords.add(type.toLowerCase());
    return nacks.map((nack) => ({ ...nack, isOurs: nack.isOurs && !this.#wordsBefore.has(wordsOf(nack)) }));
  }

  /**
   * The NACKs that were counted, and whose words are lost.
   * @throws {InputError} when istiod's metrics may not be read.
   */
  async counted(signal: AbortSignal): Promise<readonly Nack[]> {
    const after = await counters(this.#client, signal);
    const nacks = countedNacks(this.#before, after, this.#source);
    return nacks.filter(({ type }) => !this.#withWords.has(type));
  }
}

function wordsOf({ by, reason }: Nack): string {
  return JSON.stringify([by, reason]);
}

/** Of every istiod. Each line has its time to the microsecond, so that no two are alike. */
async function logLines(client: KubeClient, sinceSeconds: number, signal: AbortSignal): Promise<readonly string[]> {
  const logs = (await istiods(client, signal)).map((pod) =>
    client.text(corePath(ISTIO_NAMESPACE, `pods/${pod}/log?sinceSeconds=${sinceSeconds}`), signal),
  );
  return (await Promise.all(logs)).flatMap((log) => log.split("\n"));
}

async function istiods(client: KubeClient, signal: AbortSignal): Promise<readonly string[]> {
  const pods = await selectedPods(client, ISTIO_NAMESPACE, "app=istiod", signal);
  return pods.map(({ metadata }) => metadata.name);
}

async function counters(client: KubeClient, signal: AbortSignal): Promise<NackCounters> {
  const metrics = (await istiods(client, signal)).map((pod) =>
    client.text(podProxyPath(ISTIO_NAMESPACE, pod, METRICS_PORT, "/metrics"), signal),
  );
  return nackCounters(await Promise.all(metrics));
}
