import type { Random } from "@grpc-lb-lab/measure";
import type { App, FoundProgram, Program, Rules, Timings } from "@grpc-lb-lab/stage-api";
import type { EndpointRegistry } from "../deployment/endpoint-registry.ts";
import type { ProblemLog } from "../deployment/problem-log.ts";
import type { ChildProcesses } from "./child-processes.ts";
import type { LocalAddresses } from "./local-addresses.ts";

/** What all of a local deployment is made with. */
export interface LocalContext {
  /** The name of the mode. */
  readonly mode: string;
  /** What the pods run. */
  readonly app: App;
  /** `lab-<mode>`, as in the overlays. */
  readonly namespace: string;
  readonly addresses: LocalAddresses;
  readonly registry: EndpointRegistry;
  readonly children: ChildProcesses;
  readonly problems: ProblemLog;
  readonly timings: Timings;
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
  readonly random: Random;
  /** Finds a program that is not the lab's own; called only by parts that need one. */
  readonly find: (program: Program) => Promise<FoundProgram>;
  readonly signal: AbortSignal;
}

/** A place where a pod runs. */
export interface PodPlace {
  readonly name: string;
  readonly ip: string;
  readonly zone: string;
  /** Its label `version`. */
  readonly version: string;
}
