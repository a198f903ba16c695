import { once } from "node:events";
import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { text } from "node:stream/consumers";
import { ApiError, MalformedAnswerError } from "./api-error.ts";
import type { Credentials } from "./cluster.ts";

/** Where a request goes, and with what. */
export interface ApiAddress {
  readonly server: URL;
  readonly credentials: Credentials;
}

/** Time limits of an {@link ApiClient}. */
export interface ApiClientOptions {
  /** How long connecting and the first byte of an answer may take. */
  readonly responseTimeoutMs: number;
  /** How long a streamed answer may be silent. */
  readonly idleTimeoutMs: number;
}

// Packets that probe a silent connection find a vanished API server sooner than the idle bound does.
const agentOptions = { keepAlive: true, keepAliveMsecs: 15_000 };

/**
 * GET requests to one API server over connections of its own, none of which keeps the process alive: while a call waits
 * for name resolution, its channel does.
 */
export class ApiClient {
  readonly #options: ApiClientOptions;
  readonly #httpAgent = new HttpAgent(agentOptions);
  readonly #httpsAgent = new HttpsAgent(agentOptions);

  constructor(options: ApiClientOptions) {
    this.#options = options;
  }

  /**
   * Gets a JSON document.
   *
   * @throws ApiError for a status other than 200, MalformedAnswerError, or what the connection failed with.
   */
  async get(address: ApiAddress, path: string, signal: AbortSignal): Promise<unknown> {
    const { responseTimeoutMs } = this.#options;
    return parseJson(await text(await this.#open(address, path, signal, responseTimeoutMs)));
  }

  /**
   * Starts to read an answer that goes on until one side ends it.
   *
   * @throws ApiError for a status other than 200, or what the connection failed with.
   */
  async stream(address: ApiAddress, path: string, signal: AbortSignal): Promise<IncomingMessage> {
    return this.#open(address, path, signal, this.#options.idleTimeoutMs);
  }

  /** Closes all connections. */
  close(): void {
    this.#httpAgent.destroy();
    this.#httpsAgent.destroy();
  }

  async #open(address: ApiAddress, path: string, signal: AbortSignal, bodyTimeoutMs: number): Promise<IncomingMessage> {
    const { responseTimeoutMs } = this.#options;
    const request = this.#request(address, path, signal);
    request.on("socket", (socket) => socket.unref());
    request.once("timeout", () => request.destroy(silence(responseTimeoutMs)));
    request.setTimeout(responseTimeoutMs).end();
    const [response] = (await once(request, "response")) as [IncomingMessage];
    // From here on the response reports what happens; an error of the request without a listener would end the process.
    request.on("error", () => undefined);
    request.removeAllListeners("timeout").once("timeout", () => response.destroy(silence(bodyTimeoutMs)));
    request.setTimeout(bodyTimeoutMs);
    if (response.statusCode !== 200) throw await toApiError(response);
    return response;
  }

  #request({ server, credentials }: ApiAddress, path: string, signal: AbortSignal): ClientRequest {
    const { token, ...tls } = credentials;
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const headers = { accept: "application/json", "user-agent": "grpc-lb-lab-kube-resolver", ...authorization };
    const url = new URL(server.pathname.replace(/\/$/, "") + path, server);
    if (server.protocol === "http:") return httpRequest(url, { headers, signal, agent: this.#httpAgent });
    return httpsRequest(url, { headers, signal, agent: this.#httpsAgent, ...tls });
  }
}

function silence(limitMs: number): Error {
  return new Error(`no data arrived for ${limitMs} ms`);
}

/**
 * Parses JSON of the API server.
 *
 * @throws MalformedAnswerError showing where it begins.
 */
export function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    const start = json.length > 60 ? `${json.slice(0, 60)}…` : json;
    throw new MalformedAnswerError(`the answer is not JSON or was cut short: ${start}`);
  }
}

async function toApiError(response: IncomingMessage): Promise<ApiError> {
  const body = await text(response);
  const statusCode = response.statusCode ?? 0;
  return new ApiError(statusCode, messageOf(body), retryAfterMs(response.headers["retry-after"]));
}

/** The message of a Status object; of another body its start, since a proxy may have answered. */
function messageOf(body: string): string {
  try {
    return String((JSON.parse(body) as { message?: unknown }).message ?? body.slice(0, 200));
  } catch {
    return body.slice(0, 200).trim() || "without a message";
  }
}

function retryAfterMs(header: string | undefined): number | undefined {
  const ms = Number(header) * 1_000;
  return header !== undefined && Number.isFinite(ms) && ms > 0 ? ms : undefined;
}
