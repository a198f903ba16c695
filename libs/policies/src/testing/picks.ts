import { type CallRecord, seededRandom } from "@grpc-lb-lab/measure";
import type { Path, PickRule } from "@grpc-lb-lab/stage-api";
import type { Evidence } from "../policy.ts";
import { CHANNEL, calls, evidence } from "./evidence.ts";

/** Four pods, as a deployment has them in two zones. */
export const FOUR_PODS = ["pod-1", "pod-2", "pod-3", "pod-4"].map((name, n) => ({
  name,
  zone: n % 2 === 0 ? "lab-a" : "lab-b",
}));

/** What a path's one hop does by itself, as a picker of that kind. */
export function pathOf(pick: Pick<PickRule, "kind" | "localitiesByWeight">): Path {
  return [{ ...CHANNEL, pick: { scope: "channel", choices: 2, withReplacement: true, ...pick } as PickRule }];
}

/** How the pod of the nth call is picked, by its index. */
type Picker = (n: number) => number;

/** Pickers as they are: `slow` is the part of the calls that the first pod gets of one who has regard for it. */
export const PICKERS = {
  first: () => () => 0,
  rotation: () => (n) => n % FOUR_PODS.length,
  "rotation in another order each round": (random = seededRandom(7)) => {
    let round: readonly number[] = [];
    return (n: number) => {
      if (n % FOUR_PODS.length === 0) round = shuffled(random);
      return round[n % FOUR_PODS.length] ?? 0;
    };
  },
  random:
    (random = seededRandom(7)) =>
    () =>
      Math.floor(random() * FOUR_PODS.length),
  "least request":
    (random = seededRandom(7)) =>
    () =>
      random() < 0.08 ? 0 : 1 + Math.floor(random() * 3),
  "rotation in zones": (random = seededRandom(7)) => {
    const turns = [0, 0];
    return () => {
      const zone = random() < 0.5 ? 0 : 1;
      const turn = turns[zone] ?? 0;
      turns[zone] = turn + 1;
      return zone + 2 * (turn % 2);
    };
  },
} as const satisfies Record<string, () => Picker>;

function shuffled(random: () => number): number[] {
  const order = FOUR_PODS.map((_, pod) => ({ pod, at: random() }));
  return order.toSorted((a, b) => a.at - b.at).map(({ pod }) => pod);
}

/** 400 calls on a path, each answered by the pod that was picked. */
export function picked(picker: Picker, path: Path): Evidence {
  const records: CallRecord[] = calls(400).map((record, n) => ({ ...record, pod: FOUR_PODS[picker(n)]?.name }));
  return evidence({ pods: FOUR_PODS, records, path });
}
