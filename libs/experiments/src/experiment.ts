import type { Expectation } from "@grpc-lb-lab/measure";
import type { ContainerUsage, Deployment, Fault, LoadRun, ModeName, Stage, StartOptions } from "@grpc-lb-lab/stage";
import type { KnobOverrides, Knobs } from "./knobs.ts";
import type { Observation, Step } from "./observation.ts";

/** What the steps of an experiment work with. */
export interface Course {
  readonly mode: ModeName;
  readonly stage: Stage["name"];
  /** The knobs in force. */
  readonly knobs: Knobs;
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
  /** Runs `steps` and remembers their time as a phase. */
  phase(name: string, steps: () => Promise<void>): Promise<void>;
}

/** Whether Istio encrypts calls and authenticates both sides; undefined: as it is deployed, or nobody does. */
export type MutualTlsSetting = StartOptions["mutualTls"];

/** A question, the steps that answer it on any stage, and what must come out. */
export interface Experiment {
  /** Its name on the command line and in results. */
  readonly name: string;
  /** What it asks, in a sentence. */
  readonly question: string;
  /** Latency is read from it, so nothing else may run beside it. */
  readonly alone: boolean;
  /** What it does to pods, or asks of the stage, that not every stage can; absent: it runs on every stage. */
  readonly needs?: keyof Fault | "containerUsage";
  /** The modes that it makes sense under; absent: every one. */
  readonly modes?: readonly ModeName[];
  /** Whether calls must be encrypted under a mode; absent or undefined: as it is deployed. */
  readonly mutualTls?: (mode: ModeName) => MutualTlsSetting;
  /**
   * What it sets for a mode on a stage, unless the caller does; what has no effect under the mode, or cannot be set on the stage, is dropped.
   * @throws {InputError} when it cannot be carried out with what the caller sets.
   */
  knobs(mode: ModeName, overrides: KnobOverrides, stage: Stage["name"]): KnobOverrides;
  /** What it does under load; the load ends when this resolves. Absent: the load runs its calls. */
  readonly course?: (course: Course) => Promise<void>;
  /** What must come out: a pure function of what was seen. */
  expectations(observation: Observation): Expectation[];
  /** What came out, in one plain sentence. */
  summary(observation: Observation): string;
}
