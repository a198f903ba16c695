import type { IncomingMessage } from "node:http";
import { parseSelector, type Selector } from "./selector.ts";
import { StatusError } from "./status.ts";

/** A request for EndpointSlices, parsed. */
export interface SliceRequest {
  readonly verb: "get" | "list" | "watch";
  /** Undefined: all namespaces. */
  readonly namespace: string | undefined;
  /** Name of the one slice of a `get`. */
  readonly name: string | undefined;
  readonly labels: Selector;
  readonly fields: Selector;
  /** Undefined where none, an empty one or "0" was given: any version will do. */
  readonly resourceVersion: number | undefined;
  readonly allowWatchBookmarks: boolean;
  /** When the server ends the watch. Default: half an hour to an hour, picked at random, as a real API server does. */
  readonly timeoutMs: number;
}

const slicesPath = /^\/apis\/discovery\.k8s\.io\/v1\/(?:namespaces\/([^/]+)\/)?endpointslices(?:\/([^/]+))?$/;

/**
 * Reads a request by the conventions of the Kubernetes API.
 *
 * @throws StatusError 404 for another resource, 405 for a method that writes, 400 for a parameter that cannot be read.
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/
 */
export function parseSliceRequest(request: IncomingMessage): SliceRequest {
  const [path = "", ...query] = (request.url ?? "/").split("?");
  const searchParams = new URLSearchParams(query.join("?"));
  const match = slicesPath.exec(path);
  const [, namespace, name] = match ?? [];
  if (match === null || (namespace === undefined && name !== undefined))
    throw new StatusError(404, "the server could not find the requested resource");
  if (request.method !== "GET")
    throw new StatusError(405, `the server does not allow ${request.method}: this API only reads`);
  const isWatch = ["true", "1"].includes(searchParams.get("watch") ?? "");
  const timeoutSeconds = parseInteger(searchParams, "timeoutSeconds");
  const resourceVersion = parseInteger(searchParams, "resourceVersion");
  return {
    verb: name !== undefined ? "get" : isWatch ? "watch" : "list",
    namespace,
    name,
    labels: parseSelector(searchParams.get("labelSelector")),
    fields: parseSelector(searchParams.get("fieldSelector"), ["metadata.name", "metadata.namespace"]),
    resourceVersion: resourceVersion === 0 ? undefined : resourceVersion,
    allowWatchBookmarks: ["true", "1"].includes(searchParams.get("allowWatchBookmarks") ?? ""),
    timeoutMs: 1_000 * (timeoutSeconds ?? 1_800 * (1 + Math.random())),
  };
}

function parseInteger(parameters: URLSearchParams, name: string): number | undefined {
  const text = parameters.get(name) ?? "";
  if (text === "") return undefined;
  if (!/^\d{1,16}$/.test(text)) throw new StatusError(400, `Invalid value for ${name}: "${text}" is not a number`);
  return Number(text);
}
