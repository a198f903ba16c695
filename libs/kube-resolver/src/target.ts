import type { experimental } from "@grpc/grpc-js";
import { isLabel } from "./options.ts";

/** A `kubernetes:` target, parsed. */
export interface KubernetesTarget {
  /** `host[:port]` of the API server; undefined: the configured one. */
  readonly apiServer: string | undefined;
  readonly service: string;
  /** Undefined: the default namespace. */
  readonly namespace: string | undefined;
  /** Number of a port of the pods, or name of a port of the Service; undefined: the Service's only port. */
  readonly port: number | string | undefined;
}

/** The scheme of targets that this library resolves. */
export const scheme = "kubernetes";

const forms = "kubernetes:///service[.namespace[.svc.cluster.local]][:port]";

/**
 * Parses `kubernetes://[api-server]/service[.namespace[.svc[.<cluster domain>]]][:port]`.
 *
 * @throws Error naming the target, what is wrong with it and the right form.
 */
export function parseTarget(uri: experimental.GrpcUri): KubernetesTarget {
  const text = formatTarget(uri);
  const [host = "", port, ...rest] = uri.path.split(":");
  if (uri.path.startsWith("//")) refuse(text, "the service must come after three slashes");
  if (rest.length > 0) refuse(text, "it has more than one port");
  const [service = "", namespace, ...domain] = host.split(".");
  checkLabel(text, "service", service);
  if (namespace !== undefined) checkLabel(text, "namespace", namespace);
  if (domain.length > 0 && domain[0] !== "svc") refuse(text, `"${domain.join(".")}" should begin with "svc"`);
  return { apiServer: uri.authority || undefined, service, namespace, port: parsePort(text, port) };
}

/** The target as it is written in code. */
export function formatTarget({ authority = "", path }: experimental.GrpcUri): string {
  return path.startsWith("//") ? `${scheme}:${path}` : `${scheme}://${authority}/${path}`;
}

/**
 * The `:authority` that servers see, as for a DNS target: the name as given, with a port only if it is a number, because
 * a port name is none in an authority.
 */
export function authorityOf(uri: experimental.GrpcUri): string {
  const { port } = parseTarget(uri);
  return typeof port === "number" ? uri.path : uri.path.replace(/:.*$/, "");
}

function parsePort(target: string, text: string | undefined): number | string | undefined {
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) {
    const port = Number(text);
    if (port < 1 || port > 65_535) refuse(target, `port ${text} is not between 1 and 65535`);
    return port;
  }
  if (!isLabel(text)) refuse(target, `"${text}" is neither a port number nor a port name`);
  return text;
}

function checkLabel(target: string, what: string, text: string): void {
  if (text === "") refuse(target, `the ${what} is missing`);
  if (!isLabel(text))
    refuse(target, `${what} "${text}" is not a name of at most 63 lower-case letters, digits and inner hyphens`);
}

function refuse(target: string, reason: string): never {
  throw new Error(`Target "${target}" cannot be resolved: ${reason}. The form is ${forms}`);
}
