import type { App, Rules, StartOptions, Timings } from "@grpc-lb-lab/stage-api";
import type { EndpointRegistry } from "./endpoint-registry.ts";
import { ProblemLog } from "./problem-log.ts";

/** What all of a deployment is made with whose pods the stage itself leads. */
export interface DeploymentContext {
  /** The name of the mode. */
  readonly mode: string;
  /** What the pods run. */
  readonly app: App;
  /** `lab-<mode>`, as in the overlays. */
  readonly namespace: string;
  readonly registry: EndpointRegistry;
  readonly problems: ProblemLog;
  readonly timings: Pick<Timings, "dnsRefreshMs">;
  /** Attempts that proxies or the control plane add; undefined: the mode's default. */
  readonly proxyRetries: number | undefined;
  /** One of the variants of the mode's proxy; undefined: as the mode has it. */
  readonly proxyVariant: string | undefined;
  /** How many workers of the mode's proxy pick for themselves. */
  readonly proxyWorkers: number;
  /** Traffic rules that are asked for; undefined: none. */
  readonly rules: Rules | undefined;
  /** How many of the first pods are of version v2. */
  readonly canaryPods: number;
  readonly signal: AbortSignal;
}

/** The part of a context that a mode's name and the options of its start say, with defaults. */
export function askedContext(
  mode: string,
  options: StartOptions,
): Omit<DeploymentContext, "registry" | "timings" | "signal"> {
  const { app = "greeter", proxyRetries, proxyVariant, proxyWorkers = 1, rules, canaryPods = 0 } = options;
  const problems = new ProblemLog();
  return { mode, app, namespace: `lab-${mode}`, problems, proxyRetries, proxyVariant, proxyWorkers, rules, canaryPods };
}
