import type { Curve, Expectation, FigureUnit, RunResult } from "@grpc-lb-lab/measure";
import type {
  CallKind,
  ContainerUsage,
  Deployment,
  Fault,
  LoadRun,
  LoadSpec,
  Method,
  Path,
  StageAbilities,
  StageTimings,
  StartOptions,
} from "@grpc-lb-lab/stage-api";
import type { KnobOverrides, Knobs } from "./knobs/knobs.ts";
import type { AutoscalingSample, Observation, Step } from "./observation.ts";

/** What the steps of an experiment work with. It knows what a call passes and what the stage can do, but neither's name. */
export interface Course {
  /** The knobs in force. */
  readonly knobs: Knobs;
  /** What a call passes, with the knobs and the delays in force. */
  readonly path: Path;
  readonly abilities: StageAbilities;
  /** The running mode, to do things to. */
  readonly deployment: Deployment;
  /** The load that goes on meanwhile. */
  readonly load: LoadRun;
  /** Aborts when the run is interrupted, or its load has ended badly. */
  readonly signal: AbortSignal;
  /** Notes that the experiment does something now. */
  note(kind: string, about?: Pick<Step, "pod" | "detail">): void;
  /** Lets the load go on for so long. */
  pause(ms: number): Promise<void>;
  /** Keeps what containers had used at two times: the difference is what a run between cost. */
  keepUsage(before: readonly ContainerUsage[], after: readonly ContainerUsage[]): void;
  /** Keeps what an autoscaler sees and does at a moment. */
  keepAutoscaling(sample: AutoscalingSample): void;
  /** Ends a load whose calls pods tell from others ({@link UnaryLoad.isCounted}), and keeps what reached each pod of them: nothing is under way any more. */
  endAndCount(): Promise<void>;
  /** Runs `steps` and remembers their time as a phase. */
  phase(name: string, steps: () => Promise<void>): Promise<void>;
}

/** What an experiment needs that not every mode or stage has. */
export interface Needs {
  /** What it does to pods that not every stage can. */
  readonly fault?: keyof Fault;
  /** It asks what containers use. */
  readonly containerUsage?: true;
  /** It has the number of pods follow the CPU that they use. */
  readonly autoscaler?: true;
  /** It is about calls that a mesh encrypts, which the stage must be able to switch. */
  readonly meshEncryption?: true;
}

/** The load that an experiment wants, unless the caller asks for another. */
export type WantedLoad = UnaryLoad | StreamLoad;

/** Each call is one request and one answer. */
export interface UnaryLoad {
  readonly kind: "unary";
  /** Open loop; absent: the experiment's knobs say how many calls are under way at once. */
  readonly ratePerSecond?: number;
  /** How many calls are counted where there is no course and no duration is asked for. */
  readonly calls?: number;
  /** How calls are spaced; default: evenly. */
  readonly arrivals?: LoadSpec["arrivals"];
  /** Whether calls have the header by which pods tell them from those of a warm-up; default: not, for a header is work. */
  readonly isCounted?: true;
}

/** Each call is a stream. */
export interface StreamLoad extends Omit<UnaryLoad, "kind"> {
  readonly kind: "streams";
  /** What streams are opened, in turns. */
  readonly streams: readonly (CallKind & { readonly method: Method })[];
}

/** What an experiment's knobs may depend on. */
export interface KnobBasis {
  /** What a call passes under the mode: kinds alone, for nothing has started. */
  readonly path: Path;
  /** What the caller sets, as far as it has an effect. */
  readonly asked: KnobOverrides;
  readonly abilities: StageAbilities;
}

/** A figure that an experiment shows of its runs, beside those of other modes. */
export interface FigureDeclaration {
  /** Stable within the experiment. */
  readonly id: string;
  /** What heads its column, in two lines, of which the first may be empty. */
  readonly heading: readonly [string, string];
  readonly unit: FigureUnit;
  /** What it is, in a sentence, where its heading does not say it. */
  readonly explanation?: string;
  /** It leaves failed calls out, as a percentile of latency does: results say over how many calls it is, and reports mark it beside failures. */
  readonly ofAnsweredCalls?: true;
  /** Its place among all columns from the left; where there is no room, those with the highest are left out. */
  readonly rank: number;
  /** Its values in a run: one, or one for each phase or pod; null: it never happened; empty: the run has no such figure. */
  read(run: Omit<RunResult, "figures">): readonly (number | null)[];
}

/** What the length of a run depends on, as far as it is known before it starts. */
export interface LengthBasis {
  readonly path: Path;
  readonly knobs: Knobs;
  readonly abilities: StageAbilities;
  /** The delays as they are likely to be. */
  readonly timings: StageTimings;
}

/** A question, the steps that answer it on any stage, and what must come out. */
export interface Experiment {
  /** Its name on the command line and in results. */
  readonly name: string;
  /** What it asks, in a sentence. */
  readonly question: string;
  /** Latency is read from it, so nothing else may run beside it. */
  readonly alone: boolean;
  /** Whether `lab demo` runs it unless told otherwise; absent: it does. */
  readonly isInDemo?: boolean;
  /** What not every mode or stage has; absent: it runs wherever the mode does. */
  readonly needs?: Needs;
  readonly load: WantedLoad;
  /** Whether calls must be encrypted where a mesh does that; absent: as the mode is deployed. */
  readonly mutualTls?: StartOptions["mutualTls"];
  /**
   * What it sets beside its load, unless the caller does; what has no effect under the mode, or cannot be set on the stage, is dropped.
   * @throws {InputError} when it cannot be carried out with what the caller sets.
   */
  knobs?(basis: KnobBasis): KnobOverrides;
  /** What it does under load; the load ends when this resolves. Absent: the load runs its calls. */
  readonly course?: (course: Course) => Promise<void>;
  /** How long its load goes on, roughly, in seconds: for the order of many runs, and for who waits for them. */
  roughSeconds(basis: LengthBasis): number;
  /** What must come out: a pure function of what was seen. */
  expectations(observation: Observation): Expectation[];
  /** What comparisons show of its runs. */
  readonly figures: readonly FigureDeclaration[];
  /** What reports draw of its runs as lines, beside those of other modes; absent: nothing. */
  curves?(observation: Observation): Curve[];
  /** What came out, in one plain sentence. */
  summary(observation: Observation): string;
}
