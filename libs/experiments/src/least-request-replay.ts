import {
  beganMs,
  type CallRecord,
  RANDOM_PICK_SIGMAS,
  type Random,
  type Range,
  seededRandom,
} from "@grpc-lb-lab/measure";

/** How a replay picks, and what for. */
export interface Replayed {
  /** The run's own calls, whoever answered them. */
  readonly calls: readonly CallRecord[];
  /** How many pods there are to pick from. */
  readonly pods: number;
  readonly choices: number;
  readonly withReplacement: boolean;
  /** How long a call takes at the one odd pod, and at each of the others. */
  readonly oddMs: number;
  readonly othersMs: number;
  /** Which of the pickers, of which each knows only what it has picked itself, makes a call. */
  readonly pickerOf: (call: CallRecord) => number;
}

/** The number of the odd pod. */
const ODD = 0;
const REPLAYS = 20;
const SEED = 19;

/**
 * How many calls the odd pod gets where each goes to the pod with the least under way among those that are drawn: the run's own calls are made again, at the
 * moments at which they began, 20 times with other draws, and the range is their mean ± 5 standard deviations, as 20 tell them: one run in 10,000 is outside
 * by chance (Student's t of 19 degrees). So what a busy machine does to the moments, bursts after a stall above all, is in the range as well.
 */
export function leastRequestRange(replayed: Replayed): Range {
  const random = seededRandom(SEED);
  const picks = replayed.calls
    .map((call) => ({ atMs: beganMs(call), key: replayed.pickerOf(call) }))
    .toSorted((a, b) => a.atMs - b.atMs);
  const counts = Array.from({ length: REPLAYS }, () => callsOfOddPod(picks, replayed, random));
  const mean = counts.reduce((sum, count) => sum + count, 0) / REPLAYS;
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (REPLAYS - 1);
  const deviation = RANDOM_PICK_SIGMAS * Math.sqrt(variance);
  return { min: Math.max(0, Math.ceil(mean - deviation)), max: Math.min(picks.length, Math.floor(mean + deviation)) };
}

/** When a call is picked for, and by which picker. */
interface Pick {
  readonly atMs: number;
  readonly key: number;
}

function callsOfOddPod(calls: readonly Pick[], replayed: Replayed, random: Random): number {
  const byPicker = new Map<number, Picker>();
  let count = 0;
  for (const { atMs, key } of calls) {
    const picker = byPicker.get(key) ?? new Picker(replayed, random);
    byPicker.set(key, picker);
    const pod = picker.pick(atMs);
    if (pod === ODD) count += 1;
    picker.add(pod, atMs + (pod === ODD ? replayed.oddMs : replayed.othersMs));
  }
  return count;
}

/** Picks the pod with the least under way of those that it draws; of equal ones the first drawn, as Envoy and gRPC do it. Times never go back. */
class Picker {
  readonly #rule: Replayed;
  readonly #random: Random;
  /** When the calls of each pod end that are under way. */
  readonly #ends: readonly number[][];
  /** All pods; those that are drawn without replacement are at its beginning. */
  readonly #order: number[];

  constructor(rule: Replayed, random: Random) {
    this.#rule = rule;
    this.#random = random;
    this.#ends = Array.from({ length: rule.pods }, () => []);
    this.#order = Array.from({ length: rule.pods }, (_, pod) => pod);
  }

  add(pod: number, endMs: number): void {
    this.#ends[pod]?.push(endMs);
  }

  pick(atMs: number): number {
    let [best, fewest] = [ODD, Number.POSITIVE_INFINITY];
    for (let draw = 0; draw < Math.min(this.#rule.choices, this.#rule.pods); draw += 1) {
      const pod = this.#draw(draw);
      const count = this.#underWay(pod, atMs);
      if (count < fewest) [best, fewest] = [pod, count];
    }
    return best;
  }

  #draw(draw: number): number {
    const { withReplacement, pods } = this.#rule;
    const from = withReplacement ? 0 : draw;
    const at = from + Math.floor(this.#random() * (pods - from));
    const pod = this.#order[at] ?? ODD;
    if (!withReplacement) {
      this.#order[at] = this.#order[draw] ?? ODD;
      this.#order[draw] = pod;
    }
    return pod;
  }

  #underWay(pod: number, atMs: number): number {
    const ends = this.#ends[pod] ?? [];
    for (let i = ends.length - 1; i >= 0; i -= 1) if ((ends[i] ?? 0) <= atMs) ends.splice(i, 1);
    return ends.length;
  }
}
