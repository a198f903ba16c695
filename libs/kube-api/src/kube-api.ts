import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, isIPv6 } from "node:net";
import type { EndpointSlice, SliceContent } from "./endpoint-slice.ts";
import type { Faults } from "./faults.ts";
import type { EndpointSpec, ServiceSpec } from "./reconcile-slices.ts";
import { RequestHandler, type RequestHandlerOptions } from "./request-handler.ts";
import type { LoggedRequest, RequestCounts } from "./request-log.ts";
import { type AppliedChanges, applyEndpoints, applySlices, slicesOf } from "./slice-controller.ts";
import { SliceStore, type SliceStoreOptions } from "./slice-store.ts";

/** Settings of a {@link KubeApi}. */
export interface KubeApiOptions extends SliceStoreOptions, RequestHandlerOptions {
  /** Address to listen at. Default `127.0.0.1`. */
  readonly host?: string;
  /** Port to listen at. Default 0: a free one. */
  readonly port?: number;
  /** PEM texts to serve https with; with `clientCa`, clients must show a certificate signed by it. Default: http. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly clientCa?: string };
}

/**
 * An API server on this machine that lists and watches EndpointSlices (`discovery.k8s.io/v1`) as a real one does; the
 * EndpointSlice controller is played by {@link KubeApi.setEndpoints}. Nothing is persisted.
 *
 * Serves get, list and watch of `/apis/discovery.k8s.io/v1[/namespaces/{namespace}]/endpointslices[/{name}]`, and
 * `/version`, `/livez`, `/readyz` and `/healthz`.
 *
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/
 */
export class KubeApi implements AsyncDisposable {
  /** Where it listens, as `http://host:port`. */
  readonly url: string;
  readonly #handler: RequestHandler;
  readonly #server: Server;
  readonly #store: SliceStore;

  private constructor(server: Server, options: KubeApiOptions) {
    this.url = urlOf(server.address() as AddressInfo, options.tls === undefined ? "http" : "https");
    this.#server = server;
    this.#store = new SliceStore(options);
    this.#handler = new RequestHandler(this.#store, options);
    server.on("request", (request, response) => this.#handler.handle(request, response));
  }

  /**
   * Starts a server.
   *
   * @throws Error naming address and reason when it cannot be listened at.
   */
  static async listen(options: KubeApiOptions = {}): Promise<KubeApi> {
    const { host = "127.0.0.1", port = 0 } = options;
    const server = createHttpServer(options.tls).listen(port, host);
    try {
      await once(server, "listening");
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const reason = code === "EADDRINUSE" ? "the port is taken: free it or choose another one" : message;
      throw new Error(`The EndpointSlice API cannot listen at ${host} port ${port}: ${reason}`, { cause: error });
    }
    return new KubeApi(server, options);
  }

  /** What can be made to go wrong. */
  get faults(): Faults {
    return this.#handler.faults;
  }

  /** How many requests came so far, by verb. */
  get requestCounts(): RequestCounts {
    return this.#handler.log.counts;
  }

  /** The latest 1,000 requests, oldest first. */
  get requests(): readonly LoggedRequest[] {
    return this.#handler.log.latest;
  }

  /** Number of watches that are open now. */
  get openWatches(): number {
    return this.#handler.watches.size;
  }

  /** The slices of all Services as they are stored. */
  get slices(): readonly EndpointSlice[] {
    return this.#store.list();
  }

  /**
   * Makes the slices of a Service hold exactly these endpoints, touching only slices that change; the Service appears
   * with the first call.
   *
   * @param options.maxEndpointsPerSlice default 100, as the controller's `--max-endpoints-per-slice`.
   * @throws Error naming the address that is no IP address or comes twice.
   */
  setEndpoints(
    service: ServiceSpec,
    endpoints: readonly EndpointSpec[],
    options: { readonly maxEndpointsPerSlice?: number } = {},
  ): AppliedChanges {
    return applyEndpoints(this.#store, service, endpoints, options.maxEndpointsPerSlice ?? 100);
  }

  /**
   * Makes the slices of a Service exactly these, by name and as given: what the controller never writes (an endpoint in two slices, hints)
   * another one may.
   */
  setSlices(
    service: { readonly name: string; readonly namespace: string },
    slices: Readonly<Record<string, SliceContent>>,
  ): void {
    applySlices(this.#store, service, slices);
  }

  /** Deletes the slices of a Service, as happens when the Service is deleted. */
  deleteService(service: { readonly name: string; readonly namespace: string }): void {
    for (const slice of slicesOf(this.#store, service)) this.#store.delete(slice);
  }

  /** Stops listening and cuts every connection; resolves when the port is free. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  /** The same as {@link KubeApi.close}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function createHttpServer(tls: KubeApiOptions["tls"]): Server {
  if (tls === undefined) return createServer();
  const { clientCa, ...identity } = tls;
  return createTlsServer({ ...identity, ...(clientCa === undefined ? {} : { ca: clientCa, requestCert: true }) });
}

function urlOf({ address, port }: AddressInfo, protocol: string): string {
  return `${protocol}://${isIPv6(address) ? `[${address}]` : address}:${port}`;
}
