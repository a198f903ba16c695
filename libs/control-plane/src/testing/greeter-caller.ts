import { Client, credentials, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { GreeterService, serviceClient } from "@grpc-lb-lab/proto";

/** The pods that answered, or `<CODE>: <details>` of calls that failed, in the order of the calls. */
export type Answers = readonly string[];

/** What calls carry and how long each may take. */
export interface CallOptions {
  /** Request metadata. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Default 10,000. */
  readonly deadlineMs?: number;
  /** Whether calls wait for a connection instead of failing with UNAVAILABLE; default true. */
  readonly waitForReady?: boolean;
  /** Whether the calls have a connection of their own; default false. For a caller in a program of its own only. */
  readonly newConnection?: boolean;
}

/** Calls the greeter through one channel, one call after the other. */
export class GreeterCaller implements Disposable {
  readonly #client: Client;

  constructor(target: string, channelCredentials = credentials.createInsecure()) {
    this.#client = new Client(target, channelCredentials, { "grpc.use_local_subchannel_pool": 1 });
  }

  async call(count: number, options: CallOptions = {}): Promise<Answers> {
    const answers: string[] = [];
    while (answers.length < count) answers.push(await this.#callOnce(options));
    return answers;
  }

  [Symbol.dispose](): void {
    this.#client.close();
  }

  #callOnce({ headers = {}, deadlineMs = 10_000, waitForReady = true }: CallOptions): Promise<string> {
    const metadata = new Metadata({ waitForReady });
    for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
    const { promise, resolve } = Promise.withResolvers<string>();
    serviceClient(GreeterService, this.#client).sayHello(
      { name: "test" },
      metadata,
      { deadline: Date.now() + deadlineMs },
      (error: ServiceError | null, response) =>
        resolve(error ? `${status[error.code]}: ${error.details}` : (response?.servedBy?.pod ?? "")),
    );
    return promise;
  }
}
