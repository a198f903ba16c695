import { seededRandom } from "@grpc-lb-lab/measure";
import { describe, expect, it } from "vitest";
import { ENVOYS_RING, keysToMove, type Ring, ringOf } from "./ring.ts";

const [KEYS, PODS, TRIALS] = [97, 4, 2_000];

type Point = readonly [at: number, pod: number];

/** So many points of each pod; the first ones of a pod are the same whatever others there are. */
function ringWith(pointsOf: readonly (readonly number[])[], each: number): Point[] {
  const points = pointsOf.flatMap((own, pod) => own.slice(0, each).map((at): Point => [at, pod]));
  return points.toSorted(([a], [b]) => a - b);
}

function podOf(key: number, ring: readonly Point[]): number | undefined {
  return (ring.find(([at]) => at >= key) ?? ring[0])?.[1];
}

/** How many keys move when a pod joins, on rings of points that are drawn by lot. */
function movedByLot({ points, isFixed }: Ring, random: () => number) {
  const each = (pods: number) => (isFixed ? Math.ceil(points / pods) : points);
  const pointsOf = Array.from({ length: PODS + 1 }, () => Array.from({ length: each(PODS) }, random));
  const [before, after] = [ringWith(pointsOf.slice(0, PODS), each(PODS)), ringWith(pointsOf, each(PODS + 1))];
  const pairs = Array.from({ length: KEYS }, random).map((key) => [podOf(key, before), podOf(key, after)]);
  return {
    added: pairs.filter(([, now]) => now === PODS).length,
    others: pairs.filter(([then, now]) => now !== then && now !== PODS).length,
  };
}

describe.each([
  ["of Envoy and gRPC", ENVOYS_RING],
  ["of HAProxy", ringOf("HAProxy")],
  ["of nginx", ringOf("nginx")],
])("a ring %s", (_, ring) => {
  const random = seededRandom(7);
  const trials = Array.from({ length: ring.isFixed ? TRIALS / 10 : TRIALS }, () => movedByLot(ring, random));
  const mean = (of: "added" | "others") => trials.reduce((sum, trial) => sum + trial[of], 0) / trials.length;

  it("moves keys within the bounds, whatever its points", () => {
    const { added, others } = keysToMove(ring, KEYS, PODS);
    const outside = trials.filter(
      (one) => one.added < added[0] || one.added > added[1] || one.others < others[0] || one.others > others[1],
    );
    expect(outside).toEqual([]);
  });

  it("moves a fifth of them to the new pod, and a tenth among the others where it stays as large", () => {
    expect(mean("added") / KEYS).toBeCloseTo(1 / 5, 1);
    expect(mean("others") / KEYS).toBeCloseTo(ring.isFixed ? 1 / 10 : 0, 1);
  });
});

it("has bounds that keys which are dealt anew do not keep: three fifths of them move among the others", () => {
  const anew = (3 * KEYS) / 5;
  const deviation = Math.sqrt((KEYS * 3 * 2) / 25);
  expect(keysToMove(ENVOYS_RING, KEYS, PODS)).toEqual({ added: [1, 44], others: [0, 28] });
  expect(28).toBeLessThan(anew - 5 * deviation);
});
