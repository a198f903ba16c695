import { randomPickRange } from "@grpc-lb-lab/measure";
import type { Dialect } from "@grpc-lb-lab/stage-api";

/** A ring of a consistent hash: a key goes to the pod of the next point. */
export interface Ring {
  /** How many points all pods have together, or each pod has. */
  readonly points: number;
  /**
   * Whether the ring stays as large when a pod is added, so that each pod that stays loses the points that it has no more part in; else the new pod brings
   * its points, and no other loses any.
   */
  readonly isFixed: boolean;
}

/**
 * Envoy's, and that of gRPC (gRFC A42): 1,024 points at least, each pod the same part of them, by default and as istiod asks.
 * https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/cluster/v3/cluster.proto#config-cluster-v3-cluster-ringhashlbconfig
 */
export const ENVOYS_RING: Ring = { points: 1_024, isFixed: true };

/** 16 points for each server of weight 1: https://docs.haproxy.org/2.8/configuration.html#4.2-hash-type; 160 in nginx, as Ketama has them. */
const OTHERS: { readonly [D in Dialect]?: Ring } = {
  HAProxy: { points: 16, isFixed: false },
  nginx: { points: 160, isFixed: false },
};

/** The ring of whoever obeys in a dialect. */
export function ringOf(dialect: Dialect): Ring {
  return OTHERS[dialect] ?? ENVOYS_RING;
}

/** How many of some keys are to move when a pod joins others, each from a least to a most. */
interface KeysToMove {
  /** To the pod that is added. */
  readonly added: readonly [least: number, most: number];
  /** From one of the others to another of them. */
  readonly others: readonly [least: number, most: number];
}

/** One more than of independent draws (`RANDOM_PICK_SIGMAS`), for parts of a ring have longer tails. */
const DEVIATIONS_OF_KEYS = 6;

/**
 * The bounds within which keys move when one pod joins `pods` others. Beyond any of them lies less than one deployment in 200,000, for points and keys lie
 * as if drawn by lot; where keys are dealt anew, less than one in 10⁹ lies within.
 *
 * The new pod has 1 / (pods + 1) of the points, and so of the keys. On a ring that stays as large the others lose 1 / (pods + 1) of their points. A key whose
 * point is lost, and that does not go to the new pod, goes to that of a next point, which is another one with (pods − 1) / pods: altogether
 * (pods − 1) / ((pods + 1) (pods + 2)) of the keys.
 */
export function keysToMove({ points, isFixed }: Ring, keys: number, pods: number): KeysToMove {
  const all = isFixed ? points : points * (pods + 1);
  const [least, most] = range(keys, 1 / (pods + 1), all);
  const moving = isFixed ? (pods - 1) / ((pods + 1) * (pods + 2)) : 0;
  return { added: [Math.max(1, least), most], others: [0, range(keys, moving, all)[1]] };
}

/** Keys that meet a part of the ring; that part is made of points, and so varies itself (a beta-binomial distribution). */
function range(keys: number, part: number, points: number): [least: number, most: number] {
  const { min, max } = randomPickRange(keys, part, DEVIATIONS_OF_KEYS * Math.sqrt(1 + (keys - 1) / (points + 1)));
  return [min, max];
}
