import type { Phase, RunEvent } from "@grpc-lb-lab/measure";

/** A scripted stand-in for a run: what is ready when, and who answers a call. */
export interface Scenario {
  readonly pods: readonly string[];
  readonly durationMs: number;
  readonly events: readonly RunEvent[];
  readonly phases: readonly Omit<Phase, "failed">[];
  /** Pods that become ready under load, with the time. */
  readonly newPods: ReadonlyMap<string, number>;
  /** The pod that answers call number `index` at `atMs`; undefined: the call fails. */
  answers(index: number, atMs: number): string | undefined;
}

const QUICK_MS = 10_000;

/** How long after a change the mode's balancer acts on it, in ms. */
const NOTICED_AFTER_MS: Readonly<Record<string, number>> = {
  plain: Number.POSITIVE_INFINITY,
  headless: 2300,
  watch: 24,
  envoy: 930,
  sidecar: 16,
  proxyless: 14,
};

/** The script of one of the four experiments of the demo under `mode`. */
export function scenario(mode: string, experiment: string): Scenario {
  const noticedAfterMs = NOTICED_AFTER_MS[mode] ?? 0;
  const scripts: Readonly<Record<string, () => Scenario>> = {
    share: () => steady(mode),
    "scale-up": () => scaleUp(mode, noticedAfterMs),
    "pod-crash": () => podCrash(mode),
    rollout: () => rollout(mode),
  };
  const script = scripts[experiment];
  if (script === undefined) throw new Error(`no scenario for experiment ${experiment}`);
  return script();
}

const named = (...numbers: number[]) => numbers.map((number) => `backend-${number}`);
const inTurn = (pods: readonly string[], index: number) => pods[index % pods.length];
const pick = (mode: string, pods: readonly string[], index: number) =>
  mode === "plain" ? pods[0] : inTurn(pods, index);

function steady(mode: string): Scenario {
  const pods = named(1, 2, 3, 4);
  return {
    pods,
    durationMs: QUICK_MS,
    events: [],
    phases: [],
    newPods: new Map(),
    answers: (index) => pick(mode, pods, index),
  };
}

function scaleUp(mode: string, noticedAfterMs: number): Scenario {
  const old = named(1, 2, 3, 4);
  const ready = new Map([
    ["backend-5", 3100],
    ["backend-6", 3240],
  ]);
  return {
    ...steady(mode),
    pods: [...old, ...ready.keys()],
    events: [
      { atMs: 2800, kind: "scale", detail: "4 to 6 pods" },
      ...[...ready].map(([pod, atMs]) => ({ atMs, kind: "pod-ready", pod })),
    ],
    newPods: ready,
    answers: (index, atMs) => {
      const found = [...ready].filter(([, readyAtMs]) => atMs >= readyAtMs + noticedAfterMs).map(([pod]) => pod);
      return pick(mode, [...old, ...found], index);
    },
  };
}

function podCrash(mode: string): Scenario {
  const crashAtMs = 4000;
  const outageMs = { plain: 300, envoy: 1000, headless: 12, watch: 12 }[mode] ?? 0;
  const all = named(1, 2, 3, 4);
  return {
    ...steady(mode),
    events: [
      { atMs: crashAtMs, kind: "pod-crashed", pod: "backend-1", detail: "exit 137" },
      { atMs: crashAtMs + 1600, kind: "pod-ready", pod: "backend-1" },
    ],
    answers: (index, atMs) => {
      if (atMs < crashAtMs || atMs > crashAtMs + 1600) {
        return mode === "plain" && atMs > crashAtMs ? "backend-3" : pick(mode, all, index);
      }
      if (mode === "plain") return atMs < crashAtMs + outageMs ? undefined : "backend-3";
      const pod = atMs < crashAtMs + outageMs ? inTurn(all, index) : inTurn(all.slice(1), index);
      return pod === "backend-1" ? undefined : pod;
    },
  };
}

/** Pods 1 to 4 make way for 5 to 8. Only `headless` learns of it late, in its quick phase; its slow phase replaces 5 to 8 by 9 to 12. */
function rollout(mode: string): Scenario {
  const quick = replacements(1500, 1200, 1);
  const slow = replacements(QUICK_MS + 1000, 2200, 5);
  const isHeadless = mode === "headless";
  const steps = isHeadless ? [...quick, ...slow] : quick;
  return {
    ...steady(mode),
    pods: isHeadless ? named(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12) : named(1, 2, 3, 4, 5, 6, 7, 8),
    durationMs: isHeadless ? 2 * QUICK_MS : QUICK_MS,
    events: steps.flatMap(({ atMs, old, fresh }) => [
      { atMs, kind: "pod-ready", pod: fresh },
      { atMs: atMs + 300, kind: "pod-terminating", pod: old },
      { atMs: atMs + 700, kind: "pod-gone", pod: old },
    ]),
    phases: isHeadless
      ? [
          { name: "quick", fromMs: 0, toMs: QUICK_MS },
          { name: "slow", fromMs: QUICK_MS, toMs: 2 * QUICK_MS },
        ]
      : [],
    newPods: new Map(steps.map(({ fresh, atMs }) => [fresh, atMs])),
    answers: (index, atMs) => {
      const blind = isHeadless && atMs > 5800 && atMs < 7900;
      if (blind || (mode === "envoy" && atMs > 3000 && atMs < 3012)) return undefined;
      const late = isHeadless && atMs < QUICK_MS ? (atMs < 7900 ? Number.POSITIVE_INFINITY : 0) : 30;
      const serving = new Set(named(1, 2, 3, 4));
      for (const { atMs: stepAtMs, old, fresh } of steps) {
        if (atMs >= stepAtMs + late) serving.add(fresh);
        if (atMs >= stepAtMs + 300) serving.delete(old);
      }
      return pick(mode, [...serving], index);
    },
  };
}

function replacements(fromMs: number, everyMs: number, firstOld: number) {
  return [0, 1, 2, 3].map((step) => ({
    atMs: fromMs + step * everyMs,
    old: `backend-${firstOld + step}`,
    fresh: `backend-${firstOld + 4 + step}`,
  }));
}
