import { balancerOf } from "@grpc-lb-lab/modes";
import type { Evidence } from "../policy.ts";

type Seen = Pick<Evidence, "records" | "pods" | "path">;

/** How often one pod was picked twice in a row. */
interface Repeats {
  readonly count: number;
  /** How many picks could have been a repetition. */
  readonly of: number;
  /** The part of them that are repetitions where every pick is drawn by lot. */
  readonly byLot: number;
}

/** Picks that repeat the one before. */
export function repeats(seen: Seen): Repeats {
  const all = sequences(seen);
  const of = sum(all.map(({ picks }) => picks.length - 1));
  const expected = sum(all.map(({ picks, pods }) => (picks.length - 1) / pods.length));
  const count = sum(all.map(({ picks }) => picks.filter((pod, n) => n > 0 && pod === picks[n - 1]).length));
  return { count, of, byLot: of === 0 ? 0 : expected / of };
}

/**
 * How many calls one pod was ahead of another at most, at any time. Where pods take turns that is one, in whatever order they do: Traefik's is not the same in
 * every round.
 */
export function lead(seen: Seen): number {
  return Math.max(0, ...sequences(seen).map(leadIn));
}

interface Sequence {
  /** The pods that were picked, by their names and in their order. */
  readonly picks: readonly string[];
  /** Those that there are to pick from. */
  readonly pods: readonly string[];
}

function leadIn({ picks, pods }: Sequence): number {
  const calls = new Map(pods.map((pod) => [pod, 0]));
  let most = 0;
  for (const pod of picks) {
    calls.set(pod, (calls.get(pod) ?? 0) + 1);
    most = Math.max(most, Math.max(...calls.values()) - Math.min(...calls.values()));
  }
  return most;
}

/**
 * The picks of each that picks by itself, and inside each zone, for gRPC may draw the zone first and go round inside (gRFC A42). A rotation of all pods is one
 * of each zone's, too. Where there is no choice, there is no pick.
 */
function sequences({ records, pods, path }: Seen): Sequence[] {
  const zoneOf = new Map(pods.map(({ name, zone }) => [name, zone]));
  const isOfChannel = balancerOf(path).pick.scope === "channel";
  const picks = records.flatMap(({ pod, client }) => {
    const zone = pod === undefined ? undefined : zoneOf.get(pod);
    return pod === undefined || zone === undefined ? [] : [{ pod, zone, picker: isOfChannel ? client : 0 }];
  });
  const byPicker = Map.groupBy(picks, ({ zone, picker }) => `${picker} ${zone}`);
  const all = Array.from(byPicker.values(), (of) => ({
    picks: of.map(({ pod }) => pod),
    pods: pods.filter(({ zone }) => zone === of[0]?.zone).map(({ name }) => name),
  }));
  return all.filter((sequence) => sequence.pods.length > 1);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
