import { once } from "node:events";
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { request as httpsRequest } from "node:https";
import type { AddressInfo } from "node:net";

/** The requests that a resolver makes. */
export type Verb = "list" | "watch";

/** One request on its way to the API server. */
export interface Exchange {
  /** Where the answer is written. */
  readonly response: ServerResponse;
  /** Asks the API server, with another query if given, and resolves with its answer. */
  forward(changeQuery?: (query: URLSearchParams) => void): Promise<IncomingMessage>;
}

/** What becomes of one request, instead of being passed on as it is. */
export type Fault = (exchange: Exchange) => Promise<void> | void;

/** What becomes of bytes of a watch that is open, instead of being passed on as they are. */
export type Alteration = (response: ServerResponse, bytes: Buffer) => void;

/** An HTTP proxy before an API server that does to requests and answers what networks, proxies and API servers do on bad days. */
export class FaultProxy implements AsyncDisposable {
  /** Requests that came so far. */
  readonly counts: Record<Verb, number> = { list: 0, watch: 0 };
  readonly #faults: Record<Verb, Fault[]> = { list: [], watch: [] };
  readonly #watches = new Map<ServerResponse, Alteration>();
  readonly #upstream: { readonly url: string; readonly ca?: string };
  #server: Server;
  #port = 0;

  private constructor(upstream: { readonly url: string; readonly ca?: string }) {
    this.#upstream = upstream;
    this.#server = this.#newServer();
  }

  /** Starts a proxy before an API server, http or https; the proxy itself speaks http, with the client's token passed on. */
  static async listen(upstream: { readonly url: string; readonly ca?: string }): Promise<FaultProxy> {
    const proxy = new FaultProxy(upstream);
    await proxy.open();
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Watches that pass through now. */
  get openWatches(): number {
    return this.#watches.size;
  }

  /** Does this to the next requests of a kind, one after the other. */
  next(verb: Verb, ...faults: readonly Fault[]): void {
    this.#faults[verb].push(...faults);
  }

  /** Does this to what open watches bring from now on. */
  alterWatches(alteration: Alteration): void {
    for (const response of this.#watches.keys()) this.#watches.set(response, alteration);
  }

  /** Does something to the answers of all open watches at once. */
  toWatches(action: (response: ServerResponse) => void): void {
    for (const response of [...this.#watches.keys()]) action(response);
  }

  /** Listens again, at the same port, after `close`. */
  async open(): Promise<void> {
    this.#server = this.#newServer();
    this.#server.listen(this.#port, "127.0.0.1");
    await once(this.#server, "listening");
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Cuts every connection and listens no more, as an API server that is away. */
  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server.listening) await this.close();
  }

  #newServer(): Server {
    return createServer((request, response) => {
      // An answer that cannot be had, as when either side goes away in the middle, is a cut connection to the client.
      this.#pass(request, response).catch(() => response.destroy());
    });
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", this.#upstream.url);
    const verb = url.searchParams.has("watch") ? "watch" : "list";
    this.counts[verb] += 1;
    const forward = (changeQuery?: (query: URLSearchParams) => void) => {
      changeQuery?.(url.searchParams);
      return this.#ask(url, request, response);
    };
    const fault = this.#faults[verb].shift() ?? (verb === "list" ? passOn : (exchange) => this.#passWatch(exchange));
    await fault({ response, forward });
  }

  async #passWatch({ response, forward }: Exchange): Promise<void> {
    const answer = await forward();
    response.writeHead(answer.statusCode ?? 502, { "content-type": "application/json" }).flushHeaders();
    this.#watches.set(response, (client, bytes) => client.write(bytes));
    response.once("close", () => this.#watches.delete(response));
    for await (const bytes of answer) this.#watches.get(response)?.(response, bytes as Buffer);
    response.end();
  }

  async #ask(url: URL, { headers }: IncomingMessage, response: ServerResponse): Promise<IncomingMessage> {
    const { authorization = "", accept = "" } = headers;
    const { ca } = this.#upstream;
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    const options = { headers: { authorization, accept }, signal: gone.signal };
    const asked = url.protocol === "https:" ? httpsRequest(url, { ...options, ca }) : httpRequest(url, options);
    const [answer] = (await once(asked.end(), "response")) as [IncomingMessage];
    // From here on the answer reports what happens; an error of the request without a listener would end the process.
    asked.on("error", () => undefined);
    return answer;
  }
}

async function passOn({ response, forward }: Exchange): Promise<void> {
  const answer = await forward();
  response.writeHead(answer.statusCode ?? 502, { "content-type": "application/json" });
  for await (const bytes of answer) response.write(bytes);
  response.end();
}
