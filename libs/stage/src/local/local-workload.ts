import { type PodIdentity, podEnv, type RunningApplication, type Workload } from "../deployment/workload.ts";
import type { Launch, LaunchContext } from "./launcher.ts";
import { type Command, type PodProcess, startPodProcess } from "./pod-process.ts";

/** What every pod of a local deployment runs. */
export interface LocalWorkloadOptions {
  readonly context: LaunchContext;
  readonly launch: Launch;
  readonly command: Command;
  readonly env: Readonly<Record<string, string>>;
}

/** A pod's application as a process at a loopback address, and its proxy beside it where the mode has one. */
export class LocalWorkload implements Workload {
  readonly name: string;
  readonly zone: string;
  readonly ip: string;
  readonly #pod: PodIdentity;
  readonly #options: LocalWorkloadOptions;
  /** The application that is starting or was the last to start. */
  #app: Promise<PodProcess> | undefined;
  #beside: Promise<AsyncDisposable> | undefined;

  constructor(pod: PodIdentity, options: LocalWorkloadOptions) {
    this.name = pod.name;
    this.zone = pod.zone;
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
    this.#beside ??= this.#options.launch.besidePod?.(this);
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
    return this.#options.launch.appHost?.(this) ?? this.ip;
  }

  #startApp(signal: AbortSignal): Promise<PodProcess> {
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
    const { env, context, launch } = this.#options;
    return {
      HOST: this.#appHost,
      GRPC_PORT: String(context.addresses.grpcPort),
      ADMIN_PORT: String(context.addresses.adminPort),
      ...podEnv(this.#pod, this.ip),
      ...launch.podEnv?.(this),
      ...env,
    };
  }
}
