import { type ApiAddress, ApiClient, type ApiClientOptions, parseJson } from "./api-client.ts";
import { ApiError, MalformedAnswerError } from "./api-error.ts";
import type { EndpointSlice } from "./endpoint-slice.ts";
import { readLines } from "./read-lines.ts";

/** The slices of a Service at one version. */
export interface SliceList {
  readonly slices: readonly EndpointSlice[];
  readonly resourceVersion: string;
}

/** A change of one slice, or a bookmark, which carries nothing but a version. */
export interface SliceEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK";
  readonly object: EndpointSlice;
}

/** Lists and watches the EndpointSlices of one Service. */
export class SliceClient {
  readonly #client: ApiClient;
  readonly #path: string;

  constructor(namespace: string, service: string, options: ApiClientOptions) {
    const selector = encodeURIComponent(`kubernetes.io/service-name=${service}`);
    this.#client = new ApiClient(options);
    this.#path = `/apis/discovery.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/endpointslices?labelSelector=${selector}`;
  }

  /**
   * Lists the slices as they are now: without a resourceVersion the answer is never older than one that was seen before.
   *
   * @throws ApiError, MalformedAnswerError, or what the connection failed with.
   */
  async list(address: ApiAddress, signal: AbortSignal): Promise<SliceList> {
    return this.#getList(address, this.#path, signal);
  }

  /**
   * The version that the API server is at, from its cache: cheap, and older than what was seen before only if another server answers or the
   * version went back.
   *
   * @throws ApiError, MalformedAnswerError, or what the connection failed with.
   */
  async currentVersion(address: ApiAddress, signal: AbortSignal): Promise<string> {
    return (await this.#getList(address, `${this.#path}&resourceVersion=0`, signal)).resourceVersion;
  }

  /**
   * Opens a watch from a version on. The events are those that arrived together, so that they can be applied at once.
   *
   * @throws ApiError (410: the version is too old), or what the connection failed with; so does the iteration, and with
   *   MalformedAnswerError.
   */
  async watch(
    address: ApiAddress,
    resourceVersion: string,
    signal: AbortSignal,
  ): Promise<AsyncGenerator<readonly SliceEvent[]>> {
    // Five to ten minutes, as client-go asks for: watches then move to other API servers in time, not all at once.
    const timeoutSeconds = Math.ceil(300 * (1 + Math.random()));
    const query = `watch=true&allowWatchBookmarks=true&resourceVersion=${resourceVersion}&timeoutSeconds=${timeoutSeconds}`;
    return readEvents(await this.#client.stream(address, `${this.#path}&${query}`, signal));
  }

  /** Closes idle connections. */
  close(): void {
    this.#client.close();
  }

  async #getList(address: ApiAddress, path: string, signal: AbortSignal): Promise<SliceList> {
    const list = (await this.#client.get(address, path, signal)) as {
      readonly items?: readonly EndpointSlice[] | null;
      readonly metadata?: { readonly resourceVersion?: string };
    } | null;
    const resourceVersion = list?.metadata?.resourceVersion;
    if (resourceVersion === undefined) throw new MalformedAnswerError("the answer is not a list of Kubernetes objects");
    return { slices: list?.items ?? [], resourceVersion };
  }
}

async function* readEvents(chunks: AsyncIterable<Buffer>): AsyncGenerator<readonly SliceEvent[]> {
  for await (const lines of readLines(chunks)) yield lines.map(parseEvent);
}

function parseEvent(line: string): SliceEvent {
  const event = parseJson(line) as Partial<SliceEvent> | null;
  const { type, object } = event ?? {};
  if (String(type) === "ERROR") {
    const { code = 0, message = "without a message" } = (object ?? {}) as { code?: number; message?: string };
    throw new ApiError(code, message);
  }
  if (type === undefined || object?.metadata?.resourceVersion === undefined)
    throw new MalformedAnswerError(`not a watch event: ${line.slice(0, 60)}`);
  return { type, object };
}
