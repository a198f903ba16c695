import { type CallRecord, monotonicMs } from "@grpc-lb-lab/measure";
import type {
  Deployment,
  LoadRun,
  LoadSummary,
  Mode,
  ReceivedCalls,
  Refusal,
  Stage,
  StartOptions,
} from "@grpc-lb-lab/stage-api";
import { evidence } from "./evidence.ts";

/** What a stage in memory gives to see of a trial. Default: nothing. */
export interface FakeAnswer {
  /** Their starts count from that of the load. */
  readonly records?: readonly CallRecord[];
  readonly received?: Readonly<Record<string, ReceivedCalls>>;
  /** Known as late as a stage may know them: once it was asked what pods have received. */
  readonly refusals?: readonly Refusal[];
  readonly problems?: readonly string[];
}

/** What becomes of a start: an answer, or what it throws. */
type Answer = (mode: Mode, options: StartOptions) => FakeAnswer | Promise<FakeAnswer>;

/** A stage in memory: whatever is asked of it, its calls come out as they are given. */
export class FakeStage implements Stage {
  readonly name: Stage["name"];
  readonly what = "nothing that runs";
  /** Pushes come at once: there is nothing to wait for. */
  readonly abilities = { ...evidence().abilities, pushMs: 0 };
  /** What was started, and what has ended, in order. */
  readonly log: string[] = [];
  readonly #answer: Answer;

  constructor(answer: Answer = () => ({}), name: Stage["name"] = "local") {
    this.#answer = answer;
    this.name = name;
  }

  async start(mode: Mode, options: StartOptions): Promise<Deployment> {
    this.log.push(`start ${mode.name}`);
    const answer = await this.#answer(mode, options);
    return fakeDeployment(mode, options, answer, () => this.log.push(`end ${mode.name}`));
  }
}

function fakeDeployment(
  mode: Mode,
  { app = "greeter" }: StartOptions,
  answer: FakeAnswer,
  onEnd: () => void,
): Deployment {
  const { received = {}, refusals = [], problems = [] } = answer;
  let hasMeshAnswered = false;
  return {
    mode: mode.name,
    app,
    target: mode.target,
    clientZone: "lab-a",
    timings: {} as Deployment["timings"],
    simulated: ["everything: nothing runs"],
    clientEnv: {},
    deployed: {},
    events: [],
    problems,
    get refusals() {
      return hasMeshAnswered ? refusals : [];
    },
    pods: () => evidence().pods,
    runLoad: async () => fakeLoad(answer),
    received: async () => {
      hasMeshAnswered = true;
      return new Map(Object.entries(received));
    },
    waitFor: cannot,
    scale: cannot,
    crash: cannot,
    restart: cannot,
    fault: cannot,
    autoscale: cannot,
    autoscalerView: cannot,
    containerUsage: cannot,
    [Symbol.asyncDispose]: async () => onEnd(),
  };
}

function fakeLoad({ records = [] }: FakeAnswer): LoadRun {
  const beganAtMs = monotonicMs();
  const summary: LoadSummary = {
    warmUpCalls: 2,
    warmedUp: true,
    firstMessages: new Map(),
    rateChanges: [],
    clock: { offsetMs: 0, uncertaintyMs: 0 },
  };
  return {
    beganAtMs,
    records: records.map((record) => ({ ...record, startMs: record.startMs + beganAtMs })),
    messages: [],
    seenPods: new Map(),
    waitFor: cannot,
    setRate: cannot,
    stop: async () => summary,
    done: Promise.resolve(summary),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

async function cannot(): Promise<never> {
  throw new Error("nothing runs here that could do it");
}
