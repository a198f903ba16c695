import type { LifecycleHandler } from "./pod-spec.ts";

/** What a preStop hook does before the container is told to end. */
export interface PreStop {
  /** Whether there is any hook. */
  readonly isSet: boolean;
  /** How long it sleeps, in s; 0 where that cannot be read. */
  readonly sleepS: number;
}

const SECONDS: Readonly<Record<string, number>> = { "": 1, s: 1, m: 60, h: 3_600 };
const SLEEP = /(?:^|[\s;&|("'])(?:\/(?:usr\/)?bin\/)?sleep((?:\s+\d+(?:\.\d+)?[smh]?)+)/g;
const AMOUNT = /(\d+(?:\.\d+)?)([smh]?)/g;

/**
 * Reads a preStop hook: `sleep`, `exec` of sleep, and `exec` of a shell that sleeps. A hook of another form (a script, an HTTP request) counts as
 * one whose time is not known.
 * Source: https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#container-hooks, and sleep(1) for `1m`.
 */
export function preStopOf(hook: LifecycleHandler | undefined): PreStop {
  if (hook === undefined || Object.keys(hook).length === 0) return { isSet: false, sleepS: 0 };
  const script = hook.exec?.command?.join(" ") ?? "";
  const slept = [...script.matchAll(SLEEP)].flatMap(([, amounts = ""]) => [...amounts.matchAll(AMOUNT)]);
  const inScript = slept.reduce((sum, [, amount, unit = ""]) => sum + Number(amount) * (SECONDS[unit] ?? 1), 0);
  return { isSet: true, sleepS: hook.sleep?.seconds ?? inScript };
}
