import { type Nack, type NackSource, nackerOf } from "./nack-log.ts";

/** What istiod's metrics say of NACKs: how many by type (`cds`), and which nodes have ever sent one, with the code of the last. */
export interface NackCounters {
  readonly totals: Readonly<Record<string, number>>;
  readonly nodes: readonly NackingNode[];
}

interface NackingNode {
  readonly type: string;
  readonly node: string;
  readonly code: string;
}

/** Of all proxies and clients. Source: istio.io/istio/pkg/xds, monitoring.go */
const TOTAL = /^pilot_total_xds_rejects\{type="(\w+)"\} (\d+)/gm;
/** A gauge that is 1 once its node has sent a NACK, however many follow. */
const NODE = /^pilot_xds_(\w+)_reject\{err="(\w+)",node="([^"]+)"\}/gm;

/** Reads the metrics of each istiod, in the text format of Prometheus. */
export function nackCounters(metrics: readonly string[]): NackCounters {
  const text = metrics.join("\n");
  const totals: Record<string, number> = {};
  for (const [, type = "", count] of text.matchAll(TOTAL)) totals[type] = (totals[type] ?? 0) + Number(count);
  const nodes = [...text.matchAll(NODE)].map(([, type = "", code = "", node = ""]) => ({ type, code, node }));
  return { totals, nodes };
}

/**
 * NACKs that have been counted between two readings, of a namespace's nodes. The count is the whole mesh's: it is a node's own where that node had sent none
 * before; else it may be anybody's, and so is not put down to the rules.
 */
export function countedNacks(before: NackCounters, after: NackCounters, source: NackSource): readonly Nack[] {
  const known = new Set(before.nodes.map(keyOf));
  return after.nodes.flatMap((one) => {
    const { type, code, node } = one;
    const [pod = "", of] = node.split(".");
    const more = (after.totals[type] ?? 0) - (before.totals[type] ?? 0);
    if (of !== source.namespace || more <= 0) return [];
    const isOurs = !known.has(keyOf(one));
    const doubt = isOurs ? "" : `; ${pod} had sent one before, so that this one may be another's`;
    return [
      {
        type,
        by: nackerOf(pod, source),
        reason: `${type.toUpperCase()}: a NACK of code ${code}, as istiod has counted${doubt}`,
        isOurs,
      },
    ];
  });
}

function keyOf({ type, node, code }: NackingNode): string {
  return JSON.stringify([type, node, code]);
}
