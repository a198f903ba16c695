import { status } from "@grpc/grpc-js";
import { HttpError } from "./http-error.ts";
import type { HttpRoute } from "./http-route.ts";

/** What is to be done with a request: a route to run, or the methods to tell of. */
export type Match =
  | { readonly kind: "route"; readonly route: HttpRoute }
  | { readonly kind: "options"; readonly allow: string };

/** Routes by path and method. HEAD is taken as GET is, and OPTIONS told of every path. */
export class Router {
  readonly #paths = new Map<string, Map<string, HttpRoute>>();

  /** @throws {TypeError} when two routes have the same path and method. */
  constructor(routes: readonly HttpRoute[]) {
    for (const route of routes) {
      const methods = this.#paths.get(route.path) ?? new Map<string, HttpRoute>();
      if (methods.has(route.method)) throw new TypeError(`two routes take ${route.method} ${route.path}`);
      this.#paths.set(route.path, methods.set(route.method, route));
    }
  }

  /** @throws {HttpError} 404 for an unknown path, 405 for a method that its path does not take. */
  match(method: string, path: string): Match {
    const methods = this.#paths.get(path);
    if (methods === undefined) throw notFound(path);
    const route = methods.get(method === "HEAD" ? "GET" : method);
    if (route !== undefined) return { kind: "route", route };
    const allow = [...methods.keys()].flatMap((name) => (name === "GET" ? ["GET", "HEAD"] : [name]));
    return method === "OPTIONS"
      ? { kind: "options", allow: [...allow, "OPTIONS"].join(", ") }
      : refuseMethod(method, path, [...allow, "OPTIONS"]);
  }
}

/** @throws {HttpError} 405, always. */
export function refuseMethod(method: string, path: string, allowed: readonly string[]): never {
  const allow = allowed.join(", ");
  const message = `${path} takes ${allow}, not ${method}`;
  throw new HttpError(status.UNIMPLEMENTED, message, { httpStatus: 405, headers: { allow } });
}

function notFound(path: string): HttpError {
  return new HttpError(status.NOT_FOUND, `there is no ${path} here`);
}
