import { InputError } from "../input-error.ts";
import type { Pod } from "../stage.ts";
import type { EventLog } from "./event-log.ts";
import type { Launch, LaunchContext, PodPlace } from "./launcher.ts";
import { type Command, type PodProcess, startPodProcess } from "./pod-process.ts";

/** What every pod of a deployment is made with. */
export interface LocalPodOptions {
  readonly context: LaunchContext;
  readonly launch: Launch;
  readonly command: Command;
  readonly env: Readonly<Record<string, string>>;
  readonly events: EventLog;
}

/** Zones and nodes as in the lab's kind cluster: two, one node in each. */
const ZONES = ["lab-a", "lab-b"] as const;

/** The longest wait between two attempts to restart a pod, the kubelet's own. */
const LONGEST_BACK_OFF_MS = 300_000;

/** A pod and its life, as a kubelet leads it: an application, a proxy beside it where the mode has one, restarts after crashes. */
export class LocalPod implements PodPlace {
  readonly name: string;
  readonly ip: string;
  readonly zone: string;
  readonly #options: LocalPodOptions;
  readonly #leaving = new AbortController();
  #ready = false;
  /** The application that is starting or was the last to start. */
  #app: Promise<PodProcess> | undefined;
  #running: PodProcess | undefined;
  #beside: Promise<AsyncDisposable> | undefined;
  #restart: NodeJS.Timeout | undefined;
  #failedRestarts = 0;

  /** @param ordinal - 1 for the deployment's first pod; it names the pod and picks its zone. */
  constructor(ordinal: number, options: LocalPodOptions) {
    this.name = `backend-${ordinal}`;
    this.ip = options.context.addresses.takePod();
    this.zone = ZONES[(ordinal - 1) % ZONES.length] ?? ZONES[0];
    this.#options = options;
    options.events.add("pod-added", this.name);
  }

  /** Whether it has been told to go. */
  get leaving(): boolean {
    return this.#leaving.signal.aborted;
  }

  /** The pod as others see it. */
  get state(): Pod {
    const { grpcPort, adminPort } = this.#options.context.addresses;
    return {
      name: this.name,
      ip: this.ip,
      grpcAddress: `${this.ip}:${grpcPort}`,
      adminAddress: `${this.#appHost}:${adminPort}`,
      zone: this.zone,
      version: VERSION,
      ready: this.#ready,
    };
  }

  /**
   * Starts application and proxy and resolves when the pod is ready.
   * @throws {InputError} when it does not become ready; {@link terminate} then ends what was started.
   */
  async start(): Promise<void> {
    this.#app = this.#startApp();
    this.#beside ??= this.#options.launch.besidePod?.(this);
    const [process] = await Promise.all([this.#app, this.#beside]);
    if (this.leaving) return;
    this.#running = process;
    this.#failedRestarts = 0;
    void process.exited.then(() => this.#crashed());
    this.#setReady(true);
    this.#options.events.add("pod-ready", this.name);
  }

  /** As deleting a pod: its endpoint is withdrawn and it is told to end at the same moment, which is why servers must drain. */
  async terminate(): Promise<void> {
    const { context, events } = this.#options;
    this.#leaving.abort(new Error(`pod ${this.name} is being removed`));
    this.stopRestarting();
    this.#setReady(false);
    events.add("pod-terminating", this.name);
    const process = await this.#app?.catch(() => undefined); // Why it did not start was told by `start`.
    await process?.terminate(context.timings.terminationGraceMs);
    const beside = await this.#beside?.catch(() => undefined);
    await beside?.[Symbol.asyncDispose]();
    context.registry.remove(this.name);
    events.add("pod-gone", this.name);
  }

  /**
   * Kills the application; the pod restarts at its address after `restartAfterMs`.
   * @throws {InputError} when it does not run.
   */
  async crash(): Promise<void> {
    if (this.#running === undefined) throw new InputError(`pod ${this.name} does not run: it cannot crash`);
    const { exited, kill } = this.#running;
    kill();
    await exited;
  }

  /** Ends no process. */
  stopRestarting(): void {
    clearTimeout(this.#restart);
  }

  get #appHost(): string {
    return this.#options.launch.appHost?.(this) ?? this.ip;
  }

  #startApp(): Promise<PodProcess> {
    const { command, context } = this.#options;
    return startPodProcess({
      name: this.name,
      command,
      env: this.#env(),
      admin: { host: this.#appHost, port: context.addresses.adminPort },
      children: context.children,
      startDeadlineMs: context.timings.startDeadlineMs,
      signal: AbortSignal.any([context.signal, this.#leaving.signal]),
    });
  }

  #env(): Record<string, string> {
    const { env, context, launch } = this.#options;
    return {
      HOST: this.#appHost,
      GRPC_PORT: String(context.addresses.grpcPort),
      ADMIN_PORT: String(context.addresses.adminPort),
      POD_NAME: this.name,
      POD_IP: this.ip,
      NODE_NAME: this.#node,
      ZONE: this.zone,
      VERSION,
      FAULTS: "on",
      ...launch.podEnv?.(this),
      ...env,
    };
  }

  #crashed(): void {
    this.#running = undefined;
    const { context, events } = this.#options;
    if (this.leaving || context.signal.aborted) return;
    this.#setReady(false);
    events.add("pod-crashed", this.name);
    this.#restartLater();
  }

  /** The wait doubles with every failed attempt, as in a kubelet's CrashLoopBackOff. */
  #restartLater(): void {
    const backOffMs = Math.max(1, this.#options.context.timings.restartAfterMs) * 2 ** this.#failedRestarts;
    this.#restart = setTimeout(
      () => this.start().catch((error: Error) => this.#restartFailed(error)),
      Math.min(backOffMs, LONGEST_BACK_OFF_MS),
    );
  }

  #restartFailed(error: Error): void {
    const { context } = this.#options;
    if (this.leaving || context.signal.aborted) return;
    this.#failedRestarts += 1;
    context.problems.add(`pod ${this.name} crashed and does not come back: ${error.message}`);
    this.#restartLater();
  }

  #setReady(ready: boolean): void {
    this.#ready = ready;
    this.#options.context.registry.set({
      pod: this.name,
      address: this.ip,
      zone: this.zone,
      node: this.#node,
      version: VERSION,
      ready,
      serving: ready || (this.leaving && this.#running !== undefined),
      terminating: this.leaving,
    });
  }

  get #node(): string {
    return `${this.zone}-node`;
  }
}

/** All pods of a local deployment run the same one. */
const VERSION = "v1";
