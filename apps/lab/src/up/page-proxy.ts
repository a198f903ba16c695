import { once } from "node:events";
import { createServer, type IncomingMessage, request as requestTo, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream/promises";
import { hostAndPort } from "@grpc-lb-lab/http-server";
import { InputError } from "@grpc-lb-lab/stage-api";
import type { ListenAddress } from "../options/listen-address.ts";

/** A mode's frontend behind a {@link PageProxy}. */
export interface ListedPage {
  readonly mode: string;
  /** Where the proxy finds it. */
  readonly frontendUrl: string;
}

/** A page holds a connection to each frontend that it shows. Browsers keep 6 to one address: one is left for what the page asks besides. */
export const MOST_PAGES = 5;

/** Of one connection, not of what it carries: https://www.rfc-editor.org/rfc/rfc9110#name-connection */
const HOP_BY_HOP_HEADERS = ["connection", "keep-alive", "transfer-encoding"];
/** For URLs: where a server at every address is reached from this machine. */
const LOOPBACK_OF_WILDCARD: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "::": "::1" };

const WHY: Readonly<Record<string, (address: ListenAddress) => string>> = {
  EADDRINUSE: () => "the port is taken: choose another, or end the program that listens there",
  EADDRNOTAVAIL: ({ host }) => `this machine has no address ${host}: choose one of its own, or 127.0.0.1`,
  EACCES: () => "you may not listen on this port: choose one from 1024",
};

/**
 * One address for the pages of all modes: a tunnel, a container engine or WSL2 passes one port on, and knows nothing of the loopback addresses that
 * frontends have. Below `/<mode>/` is what that mode's frontend serves, elsewhere what the first one does. Everything passes through unchanged, but
 * where a page looks for those beside it: that is here, too.
 */
export class PageProxy implements AsyncDisposable {
  /** Base URL, as it is reached from this machine. */
  readonly url: string;
  readonly #server: Server;
  #pages: readonly ListedPage[] = [];

  private constructor(server: Server, url: string) {
    this.#server = server;
    this.url = url;
    server.on("request", (request, response) => void this.#handle(request, response));
  }

  /**
   * Listens, so that a taken port is told before anything is started. Until {@link open} requests are answered with 503.
   * @throws {InputError} when the address cannot be had.
   */
  static async listen(address: ListenAddress): Promise<PageProxy> {
    const { host, port } = address;
    const server = createServer().listen({ host, port, exclusive: true });
    await once(server, "listening").catch((error: NodeJS.ErrnoException) => {
      const why = WHY[error.code ?? ""]?.(address) ?? error.message;
      throw new InputError(`--listen ${hostAndPort(host, port)}: ${why}`, { cause: error });
    });
    const bound = (server.address() as AddressInfo).port;
    return new PageProxy(server, `http://${hostAndPort(LOOPBACK_OF_WILDCARD[host] ?? host, bound)}`);
  }

  /** Opens the pages of these frontends. */
  open(pages: readonly ListedPage[]): void {
    this.#pages = pages;
  }

  /** Base URL of a mode's frontend. */
  urlOf(mode: string): string {
    return this.url + pathOf(mode);
  }

  /** Closes at once, open connections included. */
  async [Symbol.asyncDispose](): Promise<void> {
    const closed = Promise.withResolvers<void>();
    this.#server.close(() => closed.resolve());
    this.#server.closeAllConnections();
    await closed.promise;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url = "/" } = request;
    const named = this.#pages.find(({ mode }) => url === pathOf(mode) || url.startsWith(`${pathOf(mode)}/`));
    const page = named ?? this.#pages[0];
    if (page === undefined) return refuse(response, 503, "lab up is starting the modes");
    const path = named === undefined ? url : url.slice(pathOf(named.mode).length);
    // Names in a page are relative to its folder.
    if (path === "") return void response.writeHead(308, { location: `${url}/` }).end();
    try {
      if (path === "/page-config") await this.#tellConfig(page, response);
      else await passOn(request, response, new URL(page.frontendUrl), path);
    } catch {
      refuse(response, 502, `the frontend of ${page.mode} does not answer`);
    }
  }

  async #tellConfig({ frontendUrl }: ListedPage, response: ServerResponse): Promise<void> {
    const answer = await fetch(`${frontendUrl}/page-config`);
    const config = (await answer.json()) as { readonly compareWith: readonly string[] };
    const paths = this.#pages.filter((page) => config.compareWith.includes(page.frontendUrl));
    const body = JSON.stringify({ ...config, compareWith: paths.map(({ mode }) => pathOf(mode)) });
    response.writeHead(200, { "content-type": "application/json", "cache-control": "no-store" }).end(body);
  }
}

function pathOf(mode: string): string {
  return `/${mode}`;
}

/** Rejects when the other side does not answer or breaks off; a client that goes away ends the request there. */
async function passOn(
  request: IncomingMessage,
  response: ServerResponse,
  { hostname, port }: URL,
  path: string,
): Promise<void> {
  const { method, headers } = request;
  const passed = Object.fromEntries(Object.entries(headers).filter(([name]) => name !== "connection"));
  // A connection for each: one that is kept may be closed by the other side just when the next request goes out.
  const onward = requestTo({ hostname, port, path, method, headers: passed, agent: false });
  onward.on("error", () => {}); // Before the answer it is told below; after it the answer's own end tells.
  response.once("close", () => onward.destroy());
  const answered = once(onward, "response") as Promise<[IncomingMessage]>;
  request.pipe(onward);
  const [answer] = await answered;
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined && !HOP_BY_HOP_HEADERS.includes(name)) response.setHeader(name, value);
  }
  response.writeHead(answer.statusCode ?? 502).flushHeaders();
  await pipeline(answer, response);
}

/** Says why there is no answer, in place of one; where one has begun, cuts it. */
function refuse(response: ServerResponse, status: number, why: string): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(`${why}\n`);
}
