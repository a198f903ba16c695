import type { CallRecord, Expectation } from "@grpc-lb-lab/measure";
import type {
  Deployment,
  Dialect,
  Fault,
  LoadRun,
  LoadSpec,
  Path,
  Pod,
  ReceivedCalls,
  RulesIn,
  StageAbilities,
} from "@grpc-lb-lab/stage-api";

/** What can be set of a policy, with the values that are asked for. Units in names. */
export type Parameters = Readonly<Record<string, number | string>>;

/** The same request in every dialect that can express it. */
type DialectRules = { readonly [D in Dialect]?: RulesIn<D> };

/** Something that a team asks of traffic: what it asks, how that is said in each dialect, and how one sees whether it came true. */
export interface Policy<P extends Parameters = Parameters> {
  /** Its name on the command line and in results. */
  readonly name: string;
  /** What kind of request it is, in a few words: `an abort on purpose`. */
  readonly title: string;
  /** What is asked for unless the caller says otherwise. */
  readonly parameters: P;
  /** Where the field's own documents define it. */
  readonly source: string;
  /** What is asked, in a sentence with the parameters. */
  asks(parameters: P): string;
  /** How that is said. A dialect that cannot say it is left out: the policy is `not expressible` there. */
  dialects(parameters: P): DialectRules;
  /** The fields of manifests that ask for it, so that `lab check` can say what becomes of them. Default: none. */
  readonly fields?: readonly AskedField[];
  /** Pods, load and steps by which its effect is seen. */
  trial(parameters: P): Trial;
  /** What it is held against: the same calls without the rule. Default: nothing, for the calls of one trial show both. */
  readonly control?: Control;
  /** What must be seen if it is obeyed. Never of configuration: of calls, and of what pods received. */
  obeyed(seen: Evidence, parameters: P): readonly Expectation[];
  /** What must be seen if nobody heeds it. Whatever is seen, not both can hold. */
  ignored(seen: Evidence, parameters: P): readonly Expectation[];
  /** Whether a path does by itself what is asked, so that nobody can see whether it is heeded. Default: none does. */
  isAsEver?(path: Path): boolean;
  /**
   * Another effect than asked, in words; undefined or left out: the figures have to tell.
   * @throws {InputError} where too little was seen to tell.
   */
  differs?(seen: Evidence, parameters: P): string | undefined;
  /** What it makes of a path where it is obeyed; where it is ignored the path stays. */
  onPath(path: Path, parameters: P): Path;
  /** What its rules make of a path besides, whether the policy is obeyed or not: a VirtualService that asks for no retries as well. Default: nothing. */
  besideOnPath?(path: Path, parameters: P): Path;
}

/**
 * A run of the same trial without the rule, which comes first. A rule that takes something from calls is obeyed only where they had it before: what fails under
 * it may fail anyway.
 */
export interface Control {
  /** What is asked instead: default nothing. A dialect that is left out has nothing asked. */
  readonly dialects?: DialectRules;
  /** What must be seen then. */
  seen(seen: Evidence): readonly Expectation[];
}

/** A field of a manifest. */
export interface AskedField {
  /** Istio makes the same of an HTTPRoute as of a GRPCRoute: it counts as one. */
  readonly dialect: "Istio" | "GRPCRoute";
  /** `VirtualService` */
  readonly kind: string;
  /**
   * From the object's root, `[]` for each item of a list, `{}` for each value of a map: `spec.http[].mirror`, `spec.portLevelMtls{}.mode`. Of a
   * DestinationRule's `spec.trafficPolicy`, the policies of its subsets and ports are meant, too.
   */
  readonly path: string;
  /** Only where it has this value; default: whatever its value is. */
  readonly value?: string | number | boolean;
}

/** How the effect of a policy is seen. */
export interface Trial {
  readonly pods: number;
  /** How many of them are of version `v2`, for policies that tell versions apart. */
  readonly canaryPods?: number;
  /** Environment of servers and clients: `WORK_MS`, `BACKEND_DEADLINE_MS`. */
  readonly env?: Readonly<Record<string, string>>;
  readonly load: LoadSpec;
  /** What it does to pods that not every stage can. */
  readonly fault?: keyof Fault;
  /** It is about calls that a mesh encrypts and authenticates. */
  readonly meshEncryption?: true;
  /** In a mesh's dialect it is the proxies or servers of the pods that are asked: by an AuthorizationPolicy. */
  readonly meshAuthorization?: true;
  /** It is about connections to pods, which their applications see unless a proxy beside them ends them. */
  readonly podConnections?: true;
  /** It is about the zone that the client is in: there must be pods in it, and in another. */
  readonly clientZone?: true;
  /** What is done before the load begins, once the rules are in force. */
  readonly before?: (deployment: Deployment, signal: AbortSignal) => Promise<void>;
  /** What is done under load, which ends when this resolves. Default: the load makes its calls. */
  readonly course?: (course: TrialCourse) => Promise<void>;
  /** How long the load goes on, roughly. */
  readonly roughSeconds: number;
}

/** What the steps of a trial work with. */
export interface TrialCourse {
  readonly deployment: Deployment;
  readonly load: LoadRun;
  readonly abilities: StageAbilities;
  readonly signal: AbortSignal;
  /** Lets the load go on for so long. */
  pause(ms: number): Promise<void>;
  /** Runs `steps` and remembers their time as a phase. */
  phase(name: string, steps: () => Promise<void>): Promise<void>;
}

/** A part of a trial; times as in records. */
export interface TrialPhase {
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** What was seen in a trial. */
export interface Evidence {
  /** The calls in the order of their intended starts, which are counted in ms since the load began. */
  readonly records: readonly CallRecord[];
  /** The first message of each status code that occurred. */
  readonly firstMessages: ReadonlyMap<number, string>;
  /** Every pod that was there at the start or the end. */
  readonly pods: readonly Pod[];
  /** What the pods of the end have received, by name. Calls that were counted have the header `COUNTED_HEADER`; those of the warm-up have not. */
  readonly received: ReadonlyMap<string, ReceivedCalls>;
  readonly phases: readonly TrialPhase[];
  /** In which dialect it was asked. */
  readonly dialect: Dialect;
  /** What a call passes, without the policy. */
  readonly path: Path;
  readonly abilities: StageAbilities;
  /** The zone of the client, or of the proxy between that picks for it; undefined: nobody knows. */
  readonly clientZone: string | undefined;
}
