import { readFileSync } from "node:fs";
import { isIPv6 } from "node:net";
import { join } from "node:path";
import { type KubernetesResolverOptions, parseServerUrl } from "./options.ts";

/** Environment variables that say where the API server is. */
export interface Environment {
  readonly KUBERNETES_API_SERVER?: string;
  readonly KUBERNETES_NAMESPACE?: string;
  readonly KUBERNETES_SERVICE_HOST?: string;
  readonly KUBERNETES_SERVICE_PORT?: string;
}

/** What a request shows the API server, and what it trusts. */
export interface Credentials {
  readonly ca?: string;
  readonly token?: string;
  readonly cert?: string;
  readonly key?: string;
}

const defaultServiceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

/** The namespace of targets that name none; see {@link KubernetesResolverOptions.namespace}. */
export function defaultNamespace(options: KubernetesResolverOptions, environment: Environment): string {
  const { namespace = environment.KUBERNETES_NAMESPACE } = options;
  return namespace || readServiceAccount(options, "namespace") || "default";
}

/**
 * Finds the API server: the target's authority, else the options, else the environment.
 *
 * @param authority `host[:port]`; https, unless the server that is configured otherwise speaks http.
 * @throws Error saying how to name one.
 */
export function locateServer(
  options: KubernetesResolverOptions,
  environment: Environment,
  authority: string | undefined,
): URL {
  const configured = configuredServer(options, environment);
  if (authority !== undefined)
    return parseServerUrl(`${configured?.protocol ?? "https:"}//${authority}`, "the target's authority");
  if (configured !== undefined) return configured;
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = "443" } = environment;
  if (!host)
    throw new Error(
      "no API server is known: this process does not run in a pod (KUBERNETES_SERVICE_HOST is not set); set KUBERNETES_API_SERVER or register({ server })",
    );
  return parseServerUrl(`https://${isIPv6(host) ? `[${host}]` : host}:${port}`, "KUBERNETES_SERVICE_HOST");
}

/**
 * The credentials for one request, with files read anew because Kubernetes rotates them: those of the options, else the
 * service account's, whose token goes over https only.
 *
 * @throws Error naming the file when `tokenFile` cannot be read.
 */
export function loadCredentials(options: KubernetesResolverOptions, server: URL): Credentials {
  const { token = readTokenFile(options.tokenFile), clientCertificate } = options;
  if (server.protocol === "http:") return withoutUndefined({ token });
  const isExplicit = token !== undefined || clientCertificate !== undefined;
  return withoutUndefined({
    ca: options.ca ?? readServiceAccount(options, "ca.crt"),
    token: isExplicit ? token : readServiceAccount(options, "token"),
    ...clientCertificate,
  });
}

function configuredServer(options: KubernetesResolverOptions, environment: Environment): URL | undefined {
  if (options.server !== undefined) return parseServerUrl(options.server, "option server");
  const fromEnvironment = environment.KUBERNETES_API_SERVER;
  return fromEnvironment ? parseServerUrl(fromEnvironment, "KUBERNETES_API_SERVER") : undefined;
}

function readTokenFile(path: string | undefined): string | undefined {
  return path === undefined ? undefined : readFileSync(path, "utf8").trim();
}

function readServiceAccount(options: KubernetesResolverOptions, name: string): string | undefined {
  try {
    return readFileSync(join(options.serviceAccountFolder ?? defaultServiceAccountFolder, name), "utf8").trim();
  } catch {
    // Not mounted: the API server then says what an anonymous client may not do.
    return undefined;
  }
}

function withoutUndefined(credentials: { readonly [K in keyof Credentials]: string | undefined }): Credentials {
  return Object.fromEntries(Object.entries(credentials).filter(([, value]) => value !== undefined));
}
