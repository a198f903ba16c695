import type { IncomingHttpHeaders } from "node:http";

/** What a route answers: JSON, or text where that is given. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly text?: string;
}

/** Answers a request with that body. An InputError that it throws is answered with 400 and its message, any other error with 500. */
export type HttpHandler = (body: string, headers: IncomingHttpHeaders) => HttpAnswer | Promise<HttpAnswer>;

/** A path and what each HTTP method does there; HEAD is answered as GET is. */
export interface HttpRoute {
  readonly path: string;
  readonly methods: Readonly<Record<string, HttpHandler>>;
}
