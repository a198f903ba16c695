/** One request that the server answered or is answering. */
export interface LoggedRequest {
  /** `get`, `list` or `watch` of EndpointSlices; `other` for everything else. */
  readonly verb: "get" | "list" | "watch" | "other";
  /** Path with the query. */
  readonly url: string;
  /** Status code of the answer; 0 while none was sent. */
  readonly statusCode: number;
}

/** How many requests there were, by verb. */
export type RequestCounts = Readonly<Record<LoggedRequest["verb"], number>>;

const keptRequests = 1_000;

/** Counts requests and keeps the latest 1,000. */
export class RequestLog {
  readonly #latest: { -readonly [K in keyof LoggedRequest]: LoggedRequest[K] }[] = [];
  readonly #counts: Record<LoggedRequest["verb"], number> = { get: 0, list: 0, watch: 0, other: 0 };

  /** The latest requests, oldest first. */
  get latest(): readonly LoggedRequest[] {
    return this.#latest;
  }

  /** A copy of the counters. */
  get counts(): RequestCounts {
    return { ...this.#counts };
  }

  /** Notes a request; the returned function notes its answer. */
  add(verb: LoggedRequest["verb"], url: string): (statusCode: number) => void {
    const entry = { verb, url, statusCode: 0 };
    this.#counts[verb] += 1;
    this.#latest.push(entry);
    if (this.#latest.length > keptRequests) this.#latest.shift();
    return (statusCode) => {
      entry.statusCode = statusCode;
    };
  }
}
