import { InputError } from "@grpc-lb-lab/stage-api";
import { answers } from "../deployment/probes.ts";
import { untilReady } from "../deployment/readiness.ts";
import { type PodIdentity, podEnv, type RunningApplication, type Workload } from "../deployment/workload.ts";
import type { ContainersCluster } from "./containers-cluster.ts";
import { ADMIN_PORT, APP_PORT_BEHIND_PROXY, type ContainersContext, GRPC_PORT } from "./containers-context.ts";
import type { LabContainer } from "./lab-container.ts";
import type { WatchedContainer } from "./watched-container.ts";

/** What every pod of a deployment runs. */
export interface ContainerWorkloadOptions {
  readonly context: ContainersContext;
  readonly cluster: ContainersCluster;
  readonly env: Readonly<Record<string, string>>;
}

/** A pod as a container with an address of its own, or as two that share one: a proxy, and the application. */
export class ContainerWorkload implements Workload {
  readonly ip: string;
  readonly #pod: PodIdentity;
  readonly #options: ContainerWorkloadOptions;
  #starting: Promise<RunningApplication> | undefined;
  #proxy: WatchedContainer | undefined;
  #app: LabContainer | undefined;
  #dropped = false;
  #paused = false;

  constructor(pod: PodIdentity, options: ContainerWorkloadOptions) {
    this.ip = options.context.session.addresses.takePod();
    this.#pod = pod;
    this.#options = options;
  }

  get grpcAddress(): string {
    return `${this.ip}:${GRPC_PORT}`;
  }

  get adminAddress(): string {
    return this.#placeHolder?.hostAddress(ADMIN_PORT) ?? "127.0.0.1:0";
  }

  start(signal: AbortSignal): Promise<RunningApplication> {
    this.#starting = this.#start(signal);
    return this.#starting;
  }

  async kill(): Promise<void> {
    await this.#app?.kill();
  }

  async terminate(graceMs: number): Promise<void> {
    await this.#starting?.catch(() => undefined); // Why it did not start was told by `start`.
    if (this.#app !== undefined) await this.#setNames(this.#app, []).catch(() => undefined); // Of one that does not run any more.
    await this.#app?.stop(graceMs);
    await this.#app?.remove();
    await this.#proxy?.stop();
  }

  /** Whether no packet reaches or leaves the pod; default: they do. */
  async dropPackets(dropped: boolean): Promise<void> {
    if (dropped === this.#dropped) return;
    await (dropped ? this.#placeHolder?.disconnect() : this.#placeHolder?.reconnect());
    this.#dropped = dropped;
  }

  /** Whether the application's processes are frozen; default: they are not. */
  async pause(paused: boolean): Promise<void> {
    if (paused === this.#paused) return;
    await this.#app?.setPaused(paused);
    this.#paused = paused;
  }

  /** The container that has the pod's place in the network. */
  get #placeHolder(): LabContainer | undefined {
    return this.#proxy?.container ?? this.#app;
  }

  async #start(signal: AbortSignal): Promise<RunningApplication> {
    signal.throwIfAborted();
    const { cluster } = this.#options;
    this.#proxy ??= await cluster.startPodProxy(this.#pod, this.ip);
    if (this.#app !== undefined) await this.#setNames(this.#app, []);
    this.#app ??= await this.#createApp();
    await this.#app.start();
    const exited = this.#app.exited();
    this.#paused = false;
    await Promise.all([this.#untilReady(this.#app, exited, signal), this.#proxy?.ready]);
    await this.#setNames(this.#app, this.#options.cluster.aliasesOf(this.#pod) ?? []);
    return { exited };
  }

  /** The engine's DNS names what runs; a cluster's names what is ready. So a pod gets its name when it is, and loses it when it is to go. */
  async #setNames(app: LabContainer, names: readonly string[]): Promise<void> {
    if (this.#options.cluster.aliasesOf(this.#pod) !== undefined && !this.#dropped) await app.rename(names);
  }

  #createApp(): Promise<LabContainer> {
    const { context } = this.#options;
    return context.session.create({
      name: this.#pod.name,
      image: context.images.ofApp(context.app),
      env: this.#env(),
      ...(this.#proxy === undefined
        ? { place: { ip: this.ip }, publishedPorts: [ADMIN_PORT] }
        : { place: { sharedWith: this.#proxy.container } }),
    });
  }

  #env(): Record<string, string> {
    return {
      GRPC_PORT: String(this.#proxy === undefined ? GRPC_PORT : APP_PORT_BEHIND_PROXY),
      ADMIN_PORT: String(ADMIN_PORT),
      // A read-only file system has no place for a compile cache, and to look for one makes a start twice as long.
      NODE_DISABLE_COMPILE_CACHE: "1",
      ...podEnv(this.#pod, this.ip),
      ...this.#options.env,
    };
  }

  #untilReady(app: LabContainer, exited: Promise<number>, signal: AbortSignal): Promise<void> {
    const { name } = this.#pod;
    const gone = exited.then(async (code) => {
      signal.throwIfAborted();
      throw new InputError(`pod ${name} did not start (exit code ${code}): ${await app.lastWords()}`);
    });
    return untilReady({
      what: `pod ${name}`,
      probe: answers(`http://${this.adminAddress}/readyz`),
      gone,
      lastWords: () => app.lastWords(),
      deadlineMs: this.#options.context.timings.startDeadlineMs,
      signal,
    });
  }
}
