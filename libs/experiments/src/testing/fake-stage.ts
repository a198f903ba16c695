import { type CallRecord, type MessageRecord, monotonicMs } from "@grpc-lb-lab/measure";
import type {
  App,
  AutoscalerView,
  AutoscaleTarget,
  ContainerUsage,
  Deployment,
  DeploymentEvent,
  Fault,
  LoadRun,
  LoadSpec,
  LoadSummary,
  Mode,
  Pod,
  ReceivedCalls,
  RestartOptions,
  Stage,
  StartOptions,
} from "@grpc-lb-lab/stage-api";
import { podName } from "./observation-builder.ts";
import { STAGES } from "./stages.ts";

/** Where a fake stage can wait until it is aborted, as a real one may have to. */
export type Hold = "start" | "warm-up" | "scale" | "stop";

/** A stage in memory: pods are names, and whoever waits for calls gets some from every pod at once. */
export class FakeStage implements Stage {
  readonly name: Stage["name"];
  readonly what: string;
  readonly abilities: Stage["abilities"];
  /** What was asked of the stage, in order. */
  readonly log: string[] = [];
  readonly #hold: Hold | undefined;
  readonly held = Promise.withResolvers<void>();
  options: StartOptions | undefined;
  deployment: FakeDeployment | undefined;

  constructor(hold?: Hold, name: Stage["name"] = "local") {
    this.name = name;
    this.what = STAGES[name].what;
    this.abilities = STAGES[name].abilities;
    this.#hold = hold;
  }

  async start(mode: Mode, options: StartOptions): Promise<Deployment> {
    this.log.push(`start ${mode.name}`);
    this.options = options;
    await this.reach("start");
    this.deployment = new FakeDeployment(mode, this, options);
    return this.deployment;
  }

  /** Goes on, but at the point to hold at only to reject once aborted. */
  async reach(point: Hold): Promise<void> {
    const { signal } = this.options ?? {};
    if (point !== this.#hold || signal === undefined) return;
    this.held.resolve();
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    throw signal.reason;
  }
}

/** A deployment in memory: what is asked of it happens at once. */
export class FakeDeployment implements Deployment {
  readonly deployed = {};
  readonly clientZone = "lab-a";
  #looks = 0;
  #scaleUps = 0;
  readonly mode: string;
  readonly app: App;
  readonly target = "backend:50051";
  readonly timings: Deployment["timings"];
  readonly simulated = ["everything: nothing runs"];
  readonly clientEnv = {};
  readonly problems = [];
  readonly refusals = [];
  readonly events: DeploymentEvent[] = [];
  load: FakeLoad | undefined;
  readonly #stage: FakeStage;
  #pods: Pod[] = [];
  #created = 0;

  constructor(mode: Mode, stage: FakeStage, { pods, app = "greeter", timings = {} }: StartOptions) {
    this.timings = STAGES[stage.name].timings(mode, timings);
    this.mode = mode.name;
    this.app = app;
    this.#stage = stage;
    this.#add(pods);
  }

  pods(): readonly Pod[] {
    return this.#pods;
  }

  async waitFor(matches: (event: DeploymentEvent) => boolean): Promise<DeploymentEvent> {
    const event = this.events.find(matches);
    if (event === undefined) throw new Error("nothing happens by itself here");
    return event;
  }

  async runLoad(spec: LoadSpec): Promise<LoadRun> {
    this.#stage.log.push("load");
    await this.#stage.reach("warm-up");
    this.load = new FakeLoad(spec, this, this.#stage);
    return this.load;
  }

  async scale(pods: number): Promise<void> {
    this.#stage.log.push(`scale ${pods}`);
    await this.#stage.reach("scale");
    this.#add(pods - this.#pods.length);
    for (const { name } of this.#pods.splice(pods)) this.event("pod-gone", name);
  }

  async crash(pod: string): Promise<void> {
    this.#stage.log.push(`crash ${pod}`);
    this.event("pod-crashed", pod);
  }

  async restart({ minReadyMs = 0, atOnce = false }: RestartOptions = {}): Promise<void> {
    this.#stage.log.push(atOnce ? "restart at once" : `restart, ${minReadyMs} ms a pod`);
    const old = this.#pods.splice(0);
    this.#add(old.length);
    for (const { name } of old) this.event("pod-gone", name);
  }

  async fault(pod: string, fault: Fault): Promise<void> {
    this.#stage.log.push(`fault ${pod} ${JSON.stringify(fault)}`);
  }

  async received(): Promise<ReadonlyMap<string, ReceivedCalls>> {
    return new Map();
  }

  async autoscale({ meanMilliCpu, leastPods, mostPods }: AutoscaleTarget): Promise<void> {
    this.#stage.log.push(`autoscale to ${meanMilliCpu} mCPU, ${leastPods} to ${mostPods}`);
  }

  /** The second look finds a pod more. */
  async autoscalerView(): Promise<AutoscalerView> {
    const wantedPods = this.#pods.length;
    this.#scaleUps += 1;
    if (this.#scaleUps === 2) this.#add(1);
    return { wantedPods, meanMilliCpu: 150, problem: undefined };
  }

  /** Each look is 20 s later than the one before, and finds 1 s of CPU time more. */
  async containerUsage(): Promise<readonly ContainerUsage[]> {
    this.#looks += 1;
    const figures = { atMs: 20_000 * this.#looks, cpuMs: 1_000 * this.#looks, memoryBytes: 50 * 1_048_576 };
    const app = (deployment: string, pod: string) => ({
      deployment,
      role: "app" as const,
      pod,
      container: "app",
      ...figures,
    });
    return [app("client", "client-1"), ...this.pods().map(({ name }) => app("backend", name))];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stage.log.push("deployment disposed");
  }

  event(kind: DeploymentEvent["kind"], pod: string): void {
    this.events.push({ atMs: monotonicMs(), kind, pod });
  }

  #add(pods: number): void {
    for (let i = 0; i < pods; i++) {
      this.#created += 1;
      const pod = {
        name: podName(this.#created),
        ip: "127.0.0.1",
        grpcAddress: "127.0.0.1:50051",
        adminAddress: "127.0.0.1:9090",
        zone: "lab-a",
        version: "v1",
        ready: true,
      };
      this.#pods.push(pod);
      this.event("pod-ready", pod.name);
    }
  }
}

/** Calls to come are dated so far ahead that they are later than whatever a course waits for. */
const AHEAD_MS = 60_000;
const CALLS_AT_ONCE = 120;

class FakeLoad implements LoadRun {
  readonly spec: LoadSpec;
  readonly beganAtMs = monotonicMs();
  readonly records: CallRecord[] = [];
  readonly messages: MessageRecord[] = [];
  readonly seenPods = new Map<string, { zone: string; version: string }>();
  readonly #deployment: FakeDeployment;
  readonly #stage: FakeStage;
  readonly #done = Promise.withResolvers<LoadSummary>();

  constructor(spec: LoadSpec, deployment: FakeDeployment, stage: FakeStage) {
    this.spec = spec;
    this.#deployment = deployment;
    this.#stage = stage;
    this.done.catch(() => {}); // Reported where it is awaited.
    if (spec.calls !== undefined) void this.stop();
  }

  get done(): Promise<LoadSummary> {
    return this.#done.promise;
  }

  async waitFor(hasCome: (fresh: readonly CallRecord[]) => boolean): Promise<void> {
    this.#answer(CALLS_AT_ONCE);
    if (!hasCome(this.records)) throw new Error("no call of a fake load is what was waited for");
  }

  async setRate(ratePerSecond: number): Promise<void> {
    this.#stage.log.push(`rate ${ratePerSecond}`);
  }

  stop(): Promise<LoadSummary> {
    this.#stage.log.push("stop");
    this.#stage.reach("stop").then(
      () => {
        this.#answer(this.spec.calls ?? CALLS_AT_ONCE);
        const clock = { offsetMs: 0, uncertaintyMs: 0 };
        this.#done.resolve({ warmUpCalls: 20, warmedUp: true, firstMessages: new Map(), rateChanges: [], clock });
      },
      (error) => this.#done.reject(error),
    );
    return this.done;
  }

  /** Ends as a load program does that was killed. */
  break(reason: string): void {
    this.#done.reject(new Error(reason));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stage.log.push("load disposed");
  }

  get #isStreaming(): boolean {
    return this.spec.kinds?.some(({ messages }) => messages !== undefined) ?? false;
  }

  /** Of as many streams as there are calls at once, one more each time; they never end. */
  #message(stream: number, pod: string | undefined, startMs: number): MessageRecord {
    const message = Math.floor(this.messages.length / CALLS_AT_ONCE);
    return { stream, message, startMs, lagMs: 0, latencyMs: 3, code: 0, pod, client: 0, kind: 0 };
  }

  #answer(calls: number): void {
    const pods = this.#deployment.pods();
    const startMs = monotonicMs() + AHEAD_MS;
    for (let i = 0; i < calls; i++) {
      const pod = pods[i % pods.length]?.name;
      if (this.#isStreaming) this.messages.push(this.#message(i, pod, startMs + i));
      this.records.push({ startMs: startMs + i, latencyMs: 3, code: 0, pod, attempts: 1, client: 0 });
    }
  }
}
