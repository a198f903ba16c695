import type { EnvoyBinary } from "@grpc-lb-lab/envoy";
import type { Random } from "@grpc-lb-lab/measure";
import type { EndpointRegistry } from "../deployment/endpoint-registry.ts";
import type { ProblemLog } from "../deployment/problem-log.ts";
import type { ModeName } from "../mode.ts";
import type { ChildProcesses } from "./child-processes.ts";
import type { LocalAddresses } from "./local-addresses.ts";
import type { LocalTimingName, LocalTimings } from "./local-timings.ts";

/** What a launcher may use to bring up its mode. */
export interface LaunchContext {
  readonly mode: ModeName;
  /** `lab-<mode>`, as in the overlays. */
  readonly namespace: string;
  readonly addresses: LocalAddresses;
  readonly registry: EndpointRegistry;
  readonly children: ChildProcesses;
  readonly problems: ProblemLog;
  readonly timings: LocalTimings;
  /** Attempts that proxies or the control plane add; undefined: the mode's default. */
  readonly proxyRetries: number | undefined;
  readonly random: Random;
  /** Finds the Envoy; called only by modes that need one. */
  readonly envoy: () => Promise<EnvoyBinary>;
  readonly signal: AbortSignal;
}

/** A place where a pod runs. */
export interface PodPlace {
  readonly name: string;
  readonly ip: string;
  readonly zone: string;
}

/** A mode's own part of a local deployment: what stands between the client and the pods. */
export interface Launch extends AsyncDisposable {
  readonly target: string;
  readonly clientEnv: Readonly<Record<string, string>>;
  /** Timings that matter under this mode, beside those that always do. */
  readonly timingNames: readonly LocalTimingName[];
  readonly simulated: readonly string[];
  /** What the pods' environment gets on top. */
  podEnv?(pod: PodPlace): Readonly<Record<string, string>>;
  /** Where the application listens when a proxy has the pod's own address. */
  appHost?(pod: PodPlace): string;
  /** Starts what runs beside each pod's application; it is stopped after the application has ended. */
  besidePod?(pod: PodPlace): Promise<AsyncDisposable>;
  /** Called once all first pods are ready. */
  podsReady?(): Promise<void>;
}

/** Brings up one mode on the local stage. */
export type Launcher = (context: LaunchContext) => Promise<Launch>;
