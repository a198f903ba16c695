import type { Address } from "./address.ts";
import type { ProxyProgram } from "./proxy-program.ts";
import type { Rules } from "./rules.ts";
import type { Timings } from "./timings.ts";

/** A mode's own part of a deployment: what stands between the client and the pods. */
export interface Launch {
  /** The client's target. */
  readonly target: string;
  /** What a client program's environment needs (`BACKEND_TARGET`, `BACKEND_LB_POLICY`, bootstrap, …). */
  readonly clientEnv: Readonly<Record<string, string>>;
  /** Called once all first pods are ready. */
  podsReady?(): Promise<void>;
}

/**
 * Brings a mode up from the parts of a cluster that a stage stands in for.
 * @throws {InputError} when a part cannot be started.
 */
export type Launcher = (cluster: StandInCluster) => Promise<Launch>;

/** A launcher, loaded when it is used, for it brings its libraries along. */
export type LazyLauncher = () => Promise<Launcher>;

/**
 * The parts of a cluster that a stage stands in for. Each method starts one, which ends with the deployment; the deployment shows what it
 * stands in for, and with which delays.
 */
export interface StandInCluster {
  /** `lab-<mode>`, as in the overlays. */
  readonly namespace: string;
  /** The pods' gRPC port, and the Service's. */
  readonly grpcPort: number;
  readonly timings: Pick<Timings, "dnsRefreshMs">;
  /** Attempts that proxies or the control plane add; undefined: the mode's default. */
  readonly proxyRetries: number | undefined;
  /** One of the variants of the mode's proxy; undefined: as the mode has it. */
  readonly proxyVariant: string | undefined;
  /** How many workers of the mode's proxy pick for themselves. */
  readonly proxyWorkers: number;
  /** Traffic rules in a dialect of the mode's own proxy, for its configuration; undefined: none. Others are the stage's to apply. */
  readonly rules: Rules | undefined;
  /** Whether pods have two versions, so that there are Services for each. */
  readonly hasCanary: boolean;
  /** kube-proxy, with the Service `backend`. Resolves with `host:port`. */
  service(): Promise<string>;
  /** The cluster's DNS, with the headless Service's name. */
  headlessDns(): Promise<HeadlessDns>;
  /** The API server, as far as EndpointSlices go. Resolves with the environment of a client that watches them. */
  apiServer(): Promise<Readonly<Record<string, string>>>;
  /**
   * What the cluster publishes of the Service's endpoints, for a program whose own way to hear of them the stage has no part for. `onChange` gets the
   * addresses of the ready pods: those of now, and those of every change, one after the other; what is overtaken meanwhile is left out. Resolves
   * once it has taken the first. That it rejects is a problem of the deployment.
   * @param standIn - what stands in for what, in words.
   */
  endpoints(standIn: string, onChange: AddressListener): Promise<void>;
  /** istiod. */
  controlPlane(): Promise<ControlPlanePart>;
  /** Istio's injection: a proxy beside the client and each pod, told by the control plane. Resolves with the Service's `host:port`. */
  sidecars(): Promise<string>;
  /**
   * A proxy of the mode's own between client and pods. Its program is found at once, and it listens once it is started.
   * @throws {ProgramUnavailableError} when there is no such program here.
   */
  proxyBetween(program: ProxyProgram): Promise<ProxyBetween>;
}

/** Takes the addresses of the ready pods, in the order of the pods' names; and those of each version where there are two. */
export type AddressListener = (
  addresses: readonly string[],
  ofVersion: (version: "v1" | "v2") => readonly string[],
) => Promise<void>;

/** The DNS of a cluster. */
export interface HeadlessDns {
  /** `backend-headless…`: the pods' common name, which has no address while none is ready. */
  readonly name: string;
  /** Likewise of the pods of one version: `backend-v1-headless…`; where there are two ({@link StandInCluster.hasCanary}). */
  nameOf(version: "v1" | "v2"): string;
  /** The name as gRPC's `dns:` target. */
  readonly target: string;
  /** What a client's environment needs for that target. */
  readonly env: Readonly<Record<string, string>>;
  /** The server to ask; undefined: the one that everybody asks by default. */
  readonly resolver: Address | undefined;
  /** Where questions go either way, for programs that do not look up whom everybody asks (nginx reads no resolv.conf). */
  readonly server: Address;
}

/** A control plane. */
export interface ControlPlanePart {
  /** The client's bootstrap for gRPC without proxies, as JSON (`GRPC_XDS_BOOTSTRAP_CONFIG`). */
  readonly clientBootstrap: string;
}

/** A proxy between client and pods. */
export interface ProxyBetween {
  /** The client's target: `host:port`. */
  readonly address: string;
  /**
   * Puts files into its folder, each as a whole, before its start or while it runs: who reads one never gets half of it. They are not among those of
   * `ProxyRun`.
   */
  write(files: Readonly<Record<string, string>>): Promise<void>;
  /**
   * Starts it and resolves when it takes calls. Should it end by itself, that is a problem of the deployment.
   * @throws {NotStartedError} with its last words when it does not come up; {InputError} when it cannot be started.
   */
  start(): Promise<void>;
  /**
   * What its admin port answers to an HTTP GET, once it takes calls.
   * @throws {InputError} when that is no 2xx.
   */
  ask(path: string): Promise<string>;
}
