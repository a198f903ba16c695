import { corePath, type KubeClient, type KubeList, type KubePod, podProxyPath } from "@grpc-lb-lab/cluster";
import { monotonicMs } from "@grpc-lb-lab/measure";
import { countedNacks, type NackCounters, nackCounters } from "./nack-counters.ts";
import { type Nack, type NackSource, nackerOf, nacksIn } from "./nack-log.ts";

const ISTIO_NAMESPACE = "istio-system";
const METRICS_PORT = 15_014;

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
  readonly #withWords = new Set<string>();

  private constructor(client: KubeClient, source: NackSource, before: NackCounters, nowMs: () => number) {
    this.#client = client;
    this.#source = source;
    this.#before = before;
    this.#nowMs = nowMs;
    this.#readMs = nowMs();
  }

  /** @throws {InputError} when istiod's pods may not be asked. */
  static async start(
    client: KubeClient,
    source: NackSource,
    signal: AbortSignal,
    nowMs: () => number = monotonicMs,
  ): Promise<NackWatch> {
    return new NackWatch(client, source, await counters(client, signal), nowMs);
  }

  /**
   * The NACKs of which words were logged since the last time.
   * @throws {InputError} when istiod's log may not be read.
   */
  async logged(signal: AbortSignal): Promise<readonly Nack[]> {
    const nowMs = this.#nowMs();
    // Whole seconds, of the last one twice rather than not at all.
    const sinceSeconds = 1 + Math.ceil((nowMs - this.#readMs) / 1_000);
    const logs = (await istiods(this.#client, signal)).map((pod) =>
      this.#client.get<unknown>(corePath(ISTIO_NAMESPACE, `pods/${pod}/log?sinceSeconds=${sinceSeconds}`), signal),
    );
    const nacks = (await Promise.all(logs)).flatMap((log) => nacksIn(String(log), this.#source));
    this.#readMs = nowMs;
    for (const { type } of nacks) this.#withWords.add(type.toLowerCase());
    return nacks;
  }

  /**
   * The NACKs that were counted, and whose words are lost.
   * @throws {InputError} when istiod's metrics may not be read.
   */
  async counted(signal: AbortSignal): Promise<readonly Nack[]> {
    const after = await counters(this.#client, signal);
    const { namespace } = this.#source;
    const nacks = countedNacks(this.#before, after, namespace, (pod) => nackerOf(pod, this.#source));
    return nacks.filter(({ type }) => !this.#withWords.has(type));
  }
}

async function istiods(client: KubeClient, signal: AbortSignal): Promise<readonly string[]> {
  const path = corePath(ISTIO_NAMESPACE, `pods?labelSelector=${encodeURIComponent("app=istiod")}`);
  const { items } = await client.get<KubeList<KubePod>>(path, signal);
  return items.map(({ metadata }) => metadata.name);
}

async function counters(client: KubeClient, signal: AbortSignal): Promise<NackCounters> {
  const metrics = (await istiods(client, signal)).map((pod) =>
    client.get<string>(podProxyPath(ISTIO_NAMESPACE, pod, METRICS_PORT, "/metrics"), signal),
  );
  return nackCounters(await Promise.all(metrics));
}
