import { createRequire } from "node:module";
import type { Server, ServerWritableStream } from "@grpc/grpc-js";
import { captureServices, type LoadedService } from "@grpc-lb-lab/workarounds/capture-services";
import type { HealthImplementation } from "grpc-health-check";
import { addLazyService } from "./lazy-service.ts";

const require = createRequire(import.meta.url);

type ServingStatus = "SERVING" | "NOT_SERVING";

/**
 * The gRPC health service (https://github.com/grpc/grpc/blob/master/doc/health-checking.md) of a server: one status for the server (the
 * empty name) and each of its services. NOT_SERVING until told otherwise.
 */
export class Health {
  readonly #services: readonly string[];
  readonly #watches = new Set<ServerWritableStream<unknown, unknown>>();
  #status: ServingStatus = "NOT_SERVING";
  #implementation: HealthImplementation | undefined;
  #loaded: LoadedService | undefined;

  constructor(services: readonly string[]) {
    this.#services = ["", ...services];
  }

  get serving(): boolean {
    return this.#status === "SERVING";
  }

  /** Says of the server and all its services whether they take calls; watchers hear it at once. */
  set(serving: boolean): void {
    this.#status = serving ? "SERVING" : "NOT_SERVING";
    for (const service of this.#services) this.#implementation?.setStatus(service, this.#status);
  }

  /** Ends `Watch` calls, which never end by themselves and would hold up a graceful shutdown. */
  endWatches(): void {
    for (const watch of this.#watches) watch.end();
  }

  addToServer(server: Server): void {
    const single = { requestStream: false, responseStream: false };
    const methods = { Check: single, List: single, Watch: { requestStream: false, responseStream: true } };
    addLazyService(server, "grpc.health.v1.Health", methods, () => this.load());
  }

  /** The library's service, for reflection too. */
  load(): LoadedService {
    this.#loaded ??= this.#load();
    return this.#loaded;
  }

  #load(): LoadedService {
    const library = require("grpc-health-check") as typeof import("grpc-health-check");
    const implementation = new library.HealthImplementation(
      Object.fromEntries(this.#services.map((service) => [service, this.#status])),
    );
    this.#implementation = implementation;
    const [service] = captureServices((server) => implementation.addToServer(server));
    if (service === undefined) throw new Error("grpc-health-check adds no service");
    const watch = service.handlers.watch as (call: ServerWritableStream<unknown, unknown>) => void;
    return {
      ...service,
      handlers: {
        ...service.handlers,
        watch: (call: ServerWritableStream<unknown, unknown>) => watch(this.#track(call)),
      },
    };
  }

  #track<T extends ServerWritableStream<unknown, unknown>>(watch: T): T {
    this.#watches.add(watch);
    watch.once("close", () => this.#watches.delete(watch));
    return watch;
  }
}
