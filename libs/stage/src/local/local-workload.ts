import { type PodIdentity, podEnv, type RunningApplication, type Workload } from "../deployment/workload.ts";
import type { LocalCluster } from "./local-cluster.ts";
import type { LocalContext } from "./local-context.ts";
import { startPodProcess } from "./pod-process.ts";
import type { Command, ReadyProcess } from "./ready-process.ts";

/** Ports of echo that no mode leads to: any that are free, as a program of this machine may listen on the usual ones at every address. */
const NOT_CALLED = { PLAIN_GRPC_PORT: "0", HTTP_PORT: "0" };

/** What every pod of a local deployment runs. */
export interface LocalWorkloadOptions {
  readonly context: LocalContext;
  readonly cluster: LocalCluster;
  readonly command: Command;
  readonly env: Readonly<Record<string, string>>;
}

/** A pod's application as a process at a loopback address, and its proxy beside it where the mode has one. */
export class LocalWorkload implements Workload {
  readonly name: string;
  readonly zone: string;
  readonly version: string;
  readonly ip: string;
  readonly #pod: PodIdentity;
  readonly #options: LocalWorkloadOptions;
  /** The application that is starting or was the last to start. */
  #app: Promise<ReadyProcess> | undefined;
  #beside: Promise<AsyncDisposable> | undefined;

  constructor(pod: PodIdentity, options: LocalWorkloadOptions) {
    this.name = pod.name;
    this.zone = pod.zone;
    this.version = pod.version;
    this.ip = options.context.addresses.takePod();
    this.#pod = pod;
    this.#options = options;
  }

  get grpcAddress(): string {
    return `${this.ip}:${this.#options.context.addresses.grpcPort}`;
  }

  get adminAddress(): string {
    return `${this.#appHost}:${this.#options.context.addresses.adminPort}`;
  }

  async start(signal: AbortSignal): Promise<RunningApplication> {
    this.#app = this.#startApp(signal);
    this.#beside ??= this.#options.cluster.besidePod(this);
    const [app] = await Promise.all([this.#app, this.#beside]);
    return app;
  }

  async kill(): Promise<void> {
    (await this.#app)?.kill();
  }

  async terminate(graceMs: number): Promise<void> {
    const app = await this.#app?.catch(() => undefined); // Why it did not start was told by `start`.
    await app?.terminate(graceMs);
    const beside = await this.#beside?.catch(() => undefined);
    await beside?.[Symbol.asyncDispose]();
  }

  get #appHost(): string {
    return this.#options.cluster.appHost(this);
  }

  #startApp(signal: AbortSignal): Promise<ReadyProcess> {
    const { command, context } = this.#options;
    return startPodProcess({
      name: this.name,
      command,
      env: this.#env(),
      admin: { host: this.#appHost, port: context.addresses.adminPort },
      children: context.children,
      startDeadlineMs: context.timings.startDeadlineMs,
      signal,
    });
  }

  #env(): Record<string, string> {
    const { env, context } = this.#options;
    return {
      HOST: this.#appHost,
      GRPC_PORT: String(context.addresses.grpcPort),
      ADMIN_PORT: String(context.addresses.adminPort),
      ...(context.app === "echo" ? NOT_CALLED : {}),
      ...podEnv(this.#pod, this.ip),
      ...env,
    };
  }
}
