import { Server, ServerCredentials, type ServerDuplexStream, type ServerOptions, status } from "@grpc/grpc-js";
import { type AcknowledgedOptions, Acknowledgements, type NackError } from "./acknowledgements.ts";
import { AdsRequestError, AdsStream } from "./ads/ads-stream.ts";
import type { ClientState, Nack } from "./ads/client-state.ts";
import { aggregatedDiscoveryService, type DiscoveryRequest, type DiscoveryResponse } from "./ads/discovery-service.ts";
import type { MeshEndpoint, MeshModel, MeshService } from "./model/mesh-model.ts";
import { hostPort, serviceHost } from "./model/names.ts";
import { assertValidModel } from "./model/validate-model.ts";
import { type ResourceCache, Snapshot } from "./resources/snapshot.ts";

/** Where a control plane listens and what it serves. */
export interface ControlPlaneOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: a free port. */
  readonly port?: number;
  /** What is served until the first update. */
  readonly model: MeshModel;
  /** Interval of HTTP/2 pings, in ms (`grpc.keepalive_time_ms`); default 30,000, as istiod has it. 0 sends none. A client that leaves one unanswered is cut off. */
  readonly keepaliveMs?: number;
}

/** Which service: `port` is needed only where one service has several. */
export type ServiceKey = Pick<MeshService, "name" | "namespace"> & { readonly port?: number };

type AdsCall = ServerDuplexStream<DiscoveryRequest, DiscoveryResponse>;

const KEPT_NACKS = 1_000;
/** istiod's `--keepaliveInterval` and `--keepaliveTimeout`. */
const KEEPALIVE_MS = 30_000;
const LONGEST_KEEPALIVE_TIMEOUT_MS = 10_000;

/**
 * An xDS management server in place of istiod: serves one model to gRPC clients and servers (grpc-js-xds and others) and to Envoy
 * over the state-of-the-world Aggregated Discovery Service, plaintext. A client that rejects something keeps what it had; what was rejected
 * is not sent again until it changes.
 */
export class ControlPlane implements AsyncDisposable {
  /** The address that it listens on. */
  readonly host: string;
  /** The port that it listens on, also where a free one was asked for. */
  readonly port: number;
  readonly #server: Server;
  readonly #cache: ResourceCache = new WeakMap();
  readonly #streams = new Set<AdsStream>();
  readonly #nacks: Nack[] = [];
  readonly #nackListeners = new Set<(nack: Nack) => void>();
  readonly #acknowledgements = new Acknowledgements(() => this.clients());
  #model: MeshModel;
  #snapshot: Snapshot;

  private constructor(host: string, port: number, server: Server, model: MeshModel) {
    this.host = host;
    this.port = port;
    this.#server = server;
    this.#model = model;
    this.#snapshot = new Snapshot(model, this.#cache);
  }

  /**
   * Starts a control plane.
   * @throws InvalidModelError, or an Error naming the address when it cannot be listened on.
   */
  static async listen(options: ControlPlaneOptions): Promise<ControlPlane> {
    const { host = "127.0.0.1", port = 0, model, keepaliveMs = KEEPALIVE_MS } = options;
    assertValidModel(model);
    const server = new Server(keepaliveOptions(keepaliveMs));
    // The port is known only once bound, and calls may come from then on.
    const ready = Promise.withResolvers<ControlPlane>();
    server.addService(aggregatedDiscoveryService(), {
      streamAggregatedResources: (call: AdsCall) => void ready.promise.then((plane) => plane.#serve(call)),
    });
    const bound = await bind(server, host, port);
    const plane = new ControlPlane(host, bound, server, model);
    ready.resolve(plane);
    return plane;
  }

  /** `host:port`, for a bootstrap. */
  get uri(): string {
    return hostPort(this.host, this.port);
  }

  /** What is served now. */
  get model(): MeshModel {
    return this.#model;
  }

  /**
   * Serves another model from now on: each client is pushed what changed for it, and nothing else.
   * @throws InvalidModelError; the old model then stays served.
   */
  update(model: MeshModel): void {
    assertValidModel(model);
    this.#model = model;
    this.#snapshot = new Snapshot(model, this.#cache);
    for (const stream of this.#streams) stream.change(this.#snapshot);
  }

  /**
   * Replaces the endpoints of one service, as an EndpointSlice controller would.
   * @throws Error when there is no such service, InvalidModelError when an endpoint is malformed.
   */
  setEndpoints(key: ServiceKey, endpoints: readonly MeshEndpoint[]): void {
    const { services } = this.#model;
    const service = services.find((candidate) => isNamed(candidate, key));
    if (service === undefined) {
      const known = services.map((candidate) => hostPort(serviceHost(candidate), candidate.port)).join(", ") || "none";
      throw new Error(
        `there is no service ${serviceHost(key)}${key.port ? `:${key.port}` : ""}; the model has: ${known}`,
      );
    }
    const changed = { ...service, endpoints };
    this.update({ ...this.#model, services: services.map((other) => (other === service ? changed : other)) });
  }

  /** The connected clients, oldest first. */
  clients(): readonly ClientState[] {
    return [...this.#streams].flatMap(({ state }) => state ?? []);
  }

  /** What clients rejected, oldest first; at most the last 1,000. */
  nacks(): readonly Nack[] {
    return [...this.#nacks];
  }

  /** What clients reject of what they were sent last. */
  rejections(): readonly NackError[] {
    return this.#acknowledgements.rejections;
  }

  /** Calls `listener` with each rejection from now on; returns how to stop it. */
  onNack(listener: (nack: Nack) => void): () => void {
    this.#nackListeners.add(listener);
    return () => void this.#nackListeners.delete(listener);
  }

  /**
   * Resolves once there is a client and every client has accepted all that concerns it of the current model.
   * @throws (rejects) NackError when one rejected something of it, the signal's reason when that aborts, an Error when the control plane is closed.
   */
  acknowledged(options: AcknowledgedOptions = {}): Promise<void> {
    return this.#acknowledgements.next(options);
  }

  /** Ends at once, as a killed control plane does: streams are cut. Clients go on with what they have and come back to whoever listens here next. */
  async close(): Promise<void> {
    this.#acknowledgements.close();
    for (const stream of this.#streams) stream.close();
    this.#streams.clear();
    this.#server.forceShutdown();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #serve(call: AdsCall): void {
    const stream = new AdsStream(this.#snapshot, {
      get congested() {
        return call.writableNeedDrain;
      },
      send: (response) => {
        // Nor are requests read from a client that does not read: their answers would pile up.
        if (!call.write(response)) call.pause();
      },
      onNack: (nack) => this.#keepNack(nack),
      onProgress: () => this.#acknowledgements.check(),
    });
    const forget = () => {
      stream.close();
      if (this.#streams.delete(stream)) this.#acknowledgements.check();
    };
    this.#streams.add(stream);
    call.on("drain", () => {
      call.resume();
      if (this.#streams.has(stream)) stream.resume();
    });
    call.on("data", (request: DiscoveryRequest) => {
      try {
        if (this.#streams.has(stream)) stream.receive(request);
      } catch (error) {
        forget();
        call.emit("error", statusOf(error));
      }
    });
    call.on("end", () => call.end());
    for (const event of ["end", "error", "cancelled", "close"]) call.on(event, forget);
  }

  #keepNack(nack: Nack): void {
    this.#nacks.push(nack);
    this.#nacks.splice(0, this.#nacks.length - KEPT_NACKS);
    for (const listener of this.#nackListeners) listener(nack);
  }
}

function keepaliveOptions(keepaliveMs: number): ServerOptions {
  if (keepaliveMs === 0) return {};
  return {
    "grpc.keepalive_time_ms": keepaliveMs,
    "grpc.keepalive_timeout_ms": Math.min(keepaliveMs, LONGEST_KEEPALIVE_TIMEOUT_MS),
  };
}

async function bind(server: Server, host: string, port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.bindAsync(hostPort(host, port), ServerCredentials.createInsecure(), (error, bound) =>
    error ? reject(error) : resolve(bound),
  );
  return promise.catch((error: Error) => {
    server.forceShutdown();
    const remedy = "stop what listens there or choose another port";
    const why = error.message.includes("EADDRINUSE") ? `the port is taken; ${remedy}` : error.message;
    throw new Error(`the control plane cannot listen on ${hostPort(host, port)}: ${why}`, { cause: error });
  });
}

function isNamed(service: MeshService, { name, namespace, port }: ServiceKey): boolean {
  return service.name === name && service.namespace === namespace && (port === undefined || service.port === port);
}

function statusOf(error: unknown): { code: status; details: string } {
  const details = error instanceof Error ? error.message : String(error);
  return { code: error instanceof AdsRequestError ? status.INVALID_ARGUMENT : status.INTERNAL, details };
}
