import type { ContainerKind } from "./deployment.ts";
import type { Dialect, Path, PathSettings } from "./hop.ts";
import type { LazyLauncher } from "./launcher.ts";
import type { Program } from "./proxy-program.ts";
import type { Refusal, Rules } from "./rules.ts";

/** A way to load balance gRPC on Kubernetes: everything that tells it from the others. */
export interface Mode {
  /** The same in make targets, folders, environment, charts and results. */
  readonly name: string;
  /** Who picks the pod of a call. */
  readonly balancer: string;
  /** Where the balancer learns of pods from. */
  readonly source: string;
  /** The client's target in a cluster; `<ns>` stands for the namespace. */
  readonly target: string;
  /** The client's load-balancing policy. */
  readonly policy: string;
  /** What it is made of in Kubernetes. */
  readonly kubernetes: string;
  /** What it asks of those who choose it. */
  readonly costs: string;
  /** What to paste, as Markdown: settings of clients, parts of the manifest, what one gets. */
  readonly howTo: URL;
  /** What the runs show that its overlay stands for; the main one first. */
  readonly claims: readonly Claim[];
  /** Whether `lab demo` runs it unless told otherwise. */
  readonly isInDemo: boolean;
  /** The programs beside the applications that it runs, by the names of their images (`grpc-lb-lab/<program>`). */
  readonly programs: readonly string[];
  /** What a cluster must have installed. */
  readonly installed: readonly Installed[];
  /** The containers that run beside the applications in a cluster. */
  readonly beside: readonly ContainerKind[];
  /** Files below deploy/ that `make generate` writes from what the local stage runs, by their paths in the repository; default none. */
  readonly deployedFiles?: () => Promise<Readonly<Record<string, string>>>;
  /** What a call passes under settings: where bounds come from. It is what the mode promises, also where a caller forces another policy on the client. */
  path(settings: PathSettings): Path;
  /** Where its GRPCRoutes are attached in a cluster; default: to the Service `backend` (GAMMA), where the mode knows that dialect. */
  readonly routeParent?: { readonly group: string; readonly kind: string; readonly name: string };
  /** Dialects of its path that a stage has no part for, each with the reason: `the file provider stands in for the Gateway provider`. Default: none. */
  readonly unspoken?: { readonly [S in StageName]?: { readonly [D in Dialect]?: string } };
  /** How each stage brings it up; a stage that is left out cannot. */
  readonly launchers: Launchers;
}

/** Something that is to be seen under a mode, and the expectation that measures it. */
export interface Claim {
  readonly says: string;
  /** The name of the experiment. */
  readonly experiment: string;
  /** The expectation's `id` in its results. */
  readonly expectation: string;
}

/** What is installed into a cluster before a mode can be deployed: Istio (`make istio`), the CRDs of the Gateway API (`make gateway-api`). */
export type Installed = "istio" | "gateway-api";

/** How the stages bring a mode up. */
export interface Launchers {
  readonly local?: LazyLauncher;
  readonly containers?: LazyLauncher;
  readonly kubernetes?: InCluster;
}

/** The names of the stages. */
export type StageName = keyof Launchers;

/** What is particular to a mode that is deployed in a cluster. */
export interface InCluster {
  /** Who asks the DNS name of the headless Service, so that changes are seen only once DNS tells; undefined: nobody does. */
  readonly dnsAskedBy?: "client" | "proxy";
  /** The proxy between client and pods. */
  readonly proxy?: () => Promise<DeployedProxy>;
}

/** A proxy between, as it is deployed in a cluster. */
export interface DeployedProxy {
  /** The name of its Deployment, and its `app` label. */
  readonly deployment: string;
  /** What runs in its pods, and is on their `PATH` by its name. */
  readonly program: Program;
  /** What to change, and where, for another number of retries. */
  readonly retriesRemedy: string;
  /** Likewise for another variant or number of workers, where its hop has any. */
  readonly variantRemedy?: string;
  readonly workersRemedy?: string;
  /**
   * Reads its configuration.
   * @throws {InputError} when it is not what the overlay deploys.
   */
  settings(cluster: ClusterReader): Promise<ProxySettings>;
  /**
   * Whether every one of its pods knows exactly the backend's pods at these addresses; left out: it tells nobody what it knows, so that the time is waited
   * within which it must have heard.
   */
  knows?(cluster: ClusterReader, addresses: readonly string[]): Promise<boolean>;
  /** The file in which it is asked for traffic rules; left out: it reads none of a file. */
  readonly rulesFile?: RulesFile;
}

/** The file of a ConfigMap by which a deployed proxy is asked for traffic rules. */
export interface RulesFile {
  /** Its name in the ConfigMap that the proxy's Deployment mounts. */
  readonly name: string;
  /**
   * What it is to say with rules in force, all else being as it is deployed; undefined: the rules are in no dialect of the proxy's.
   * @param deployed - what it says without them.
   */
  withRules(deployed: string, asked: AskedOfProxy): string | undefined;
  /** Who refuses the file, and why, by the last words of a proxy that has ended. */
  refusal(lastWords: string): Refusal;
}

/** What a deployed proxy is asked for. */
export interface AskedOfProxy {
  readonly rules: Rules;
  /** Whether pods have two versions, so that there are headless Services for each. */
  readonly hasCanary: boolean;
}

/** How a deployed proxy is configured. */
export interface ProxySettings {
  /** How often it asks DNS; undefined: it does not. */
  readonly dnsRefreshMs?: number | undefined;
  /** Attempts that it adds to a call that fails. */
  readonly retries: number;
  /** Which of the hop's variants it is; undefined: as the mode has it. */
  readonly variant?: string | undefined;
  /** How many workers pick for themselves; default 1. */
  readonly workers?: number | undefined;
}

/** Reads what is deployed in a mode's namespace, through the API server. */
export interface ClusterReader {
  /** A file of the ConfigMap that a Deployment mounts; undefined where there is no such Deployment, ConfigMap or file. */
  mountedFile(deployment: string, file: string): Promise<string | undefined>;
  /** The arguments of a Deployment's first container; undefined where there is no such Deployment. */
  containerArguments(deployment: string): Promise<readonly string[] | undefined>;
  /** What each pod with this `app` label answers to an HTTP GET; undefined of one that does not answer. */
  podAnswers(app: string, port: number, path: string): Promise<readonly (string | undefined)[]>;
  /** The namespace, for messages. */
  readonly namespace: string;
}
