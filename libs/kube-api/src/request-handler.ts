import type { IncomingMessage, ServerResponse } from "node:http";
import { parseSliceRequest, type SliceRequest } from "./api-request.ts";
import { authenticate, forbidden } from "./authorize.ts";
import { Faults } from "./faults.ts";
import { RequestLog } from "./request-log.ts";
import type { SliceStore } from "./slice-store.ts";
import { type Status, StatusError } from "./status.ts";
import { expiredStatus, WatchStream } from "./watch-stream.ts";
import { toList, toObject } from "./wire-format.ts";

/** Settings of a {@link RequestHandler}. */
export interface RequestHandlerOptions {
  /** Bearer tokens that requests for slices may carry, looked up at each request. Default: no check. */
  readonly tokens?: ReadonlySet<string>;
  /** Time between the bookmarks of a watch. Default 60,000, as in a real API server. */
  readonly bookmarkIntervalMs?: number;
}

/** Answers the requests of one server from a store of slices. */
export class RequestHandler {
  readonly faults: Faults;
  readonly log = new RequestLog();
  readonly watches = new Set<WatchStream>();
  readonly #store: SliceStore;
  readonly #options: RequestHandlerOptions;

  constructor(store: SliceStore, options: RequestHandlerOptions) {
    this.#store = store;
    this.#options = options;
    this.faults = new Faults(store, this.watches);
  }

  /** Answers one request, or leaves it unanswered while the server is stalled. */
  handle(request: IncomingMessage, response: ServerResponse): void {
    const parsed = attempt(() => parseSliceRequest(request));
    const verb = parsed instanceof StatusError ? "other" : parsed.verb;
    const noteStatusCode = this.log.add(verb, request.url ?? "/");
    if (this.faults.stalled) return;
    const failed = attempt(() => this.#answer(request, response, parsed));
    if (failed instanceof StatusError) answerStatus(response, failed.status);
    noteStatusCode(response.statusCode);
  }

  #answer(request: IncomingMessage, response: ServerResponse, parsed: SliceRequest | StatusError): void {
    this.faults.throwNextFailure();
    const answer = answerOfServer(request.url ?? "/");
    if (answer === undefined) this.#answerSlices(this.#admit(request, parsed), response);
    else response.setHeader("content-type", answer.type).end(answer.body);
  }

  #admit(request: IncomingMessage, parsed: SliceRequest | StatusError): SliceRequest {
    authenticate(request, this.#options.tokens);
    if (parsed instanceof StatusError) throw parsed;
    if (this.faults.refuse === "unauthorized") throw new StatusError(401, "Unauthorized");
    if (this.faults.refuse === "forbidden") throw forbidden(parsed);
    return parsed;
  }

  #answerSlices(request: SliceRequest, response: ServerResponse): void {
    if (request.verb === "watch") this.#watch(request, response);
    else if (request.verb === "list") this.#list(request, response);
    else this.#get(request, response);
  }

  #get(request: SliceRequest, response: ServerResponse): void {
    const slice = this.#store.get(request.namespace ?? "", request.name ?? "");
    if (slice === undefined) throw new StatusError(404, `endpointslices.discovery.k8s.io "${request.name}" not found`);
    answerJson(response, 200, toObject(slice));
  }

  #list(request: SliceRequest, response: ServerResponse): void {
    const { resourceVersion = 0 } = request;
    const current = this.#store.resourceVersion;
    if (resourceVersion > current)
      throw new StatusError(504, `Too large resource version: ${resourceVersion}, current: ${current}`, 1);
    const text = JSON.stringify(toList(this.#store, request));
    const sentLength = this.faults.takeTruncation() ? text.length / 2 : text.length;
    response.setHeader("content-type", "application/json").end(text.slice(0, sentLength));
  }

  #watch(request: SliceRequest, response: ServerResponse): void {
    const { resourceVersion } = request;
    const isExpired = resourceVersion !== undefined && this.#store.eventsAfter(resourceVersion) === undefined;
    if (isExpired && this.faults.expiredAnswer === "status")
      throw new StatusError(410, expiredStatus(request, this.#store).message);
    const watch = new WatchStream(response, this.#store, request, {
      bookmarkIntervalMs: this.#options.bookmarkIntervalMs ?? 60_000,
      isStalled: () => this.faults.stalled,
    });
    this.watches.add(watch);
    response.once("close", () => this.watches.delete(watch));
    watch.start();
  }
}

/** What the server says of itself at a path: its health, and the Kubernetes version whose behaviour it follows. */
function answerOfServer(url: string): { readonly type: string; readonly body: string } | undefined {
  const path = url.replace(/\?.*$/, "");
  if (["/livez", "/readyz", "/healthz"].includes(path)) return { type: "text/plain", body: "ok" };
  if (path !== "/version") return undefined;
  return {
    type: "application/json",
    body: JSON.stringify({ major: "1", minor: "34", gitVersion: "v1.34.0+grpc-lb-lab" }),
  };
}

function attempt<T>(action: () => T): T | StatusError {
  try {
    return action();
  } catch (error) {
    return error instanceof StatusError ? error : new StatusError(500, `Internal error occurred: ${error}`);
  }
}

function answerJson(response: ServerResponse, statusCode: number, body: object): void {
  response.writeHead(statusCode, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function answerStatus(response: ServerResponse, status: Status): void {
  const retryAfterSeconds = status.details?.retryAfterSeconds;
  if (retryAfterSeconds !== undefined) response.setHeader("retry-after", retryAfterSeconds);
  answerJson(response, status.code, status);
}
