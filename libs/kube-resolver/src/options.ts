/**
 * How the API server is found and asked. Everything has a default inside a cluster; outside, `server` is needed here or
 * as `KUBERNETES_API_SERVER` in the environment.
 */
export interface KubernetesResolverOptions {
  /**
   * URL of the API server, http or https. Default: `KUBERNETES_API_SERVER`, else `KUBERNETES_SERVICE_HOST` and
   * `KUBERNETES_SERVICE_PORT` as Kubernetes sets them in a pod. A target's authority goes first.
   */
  readonly server?: string;
  /** Certificate authority of the API server, PEM. Default: the service account's, else those that Node.js trusts. */
  readonly ca?: string;
  /** Bearer token. Default: `tokenFile`, else the service account's unless other credentials are given. */
  readonly token?: string;
  /** File with the bearer token, read again at each request, so that it may rotate. */
  readonly tokenFile?: string;
  /** Client certificate and its key, PEM. Default: none. */
  readonly clientCertificate?: { readonly cert: string; readonly key: string };
  /** Namespace of targets that name none. Default: `KUBERNETES_NAMESPACE`, else the pod's own, else `default`. */
  readonly namespace?: string;
  /** Where the service account is mounted. Default `/var/run/secrets/kubernetes.io/serviceaccount`. */
  readonly serviceAccountFolder?: string;
  /** How long connecting and the first byte of an answer may take. Default 10,000. */
  readonly responseTimeoutMs?: number;
  /**
   * A watch without a byte for this long is taken for dead and opened again. Default 90,000: API servers send a bookmark
   * about every minute.
   */
  readonly idleTimeoutMs?: number;
  /**
   * A watch without an event for this long, and up to a fifth more, is checked: the API server may have gone back to an earlier version, and would
   * then stay silent. Default 45,000, so that it is found within a minute.
   */
  readonly silenceCheckMs?: number;
  /** The wait after a first failure, before jitter; it doubles with each further one. Default 250. */
  readonly initialBackoffMs?: number;
  /** The longest wait between attempts, before jitter, unless the API server asks for more. Default 30,000. */
  readonly maxBackoffMs?: number;
}

const positiveNumbers = [
  "responseTimeoutMs",
  "idleTimeoutMs",
  "silenceCheckMs",
  "initialBackoffMs",
  "maxBackoffMs",
] as const;

/**
 * Checks options that were given in code.
 *
 * @throws Error naming the option, its value and what is allowed.
 */
export function checkOptions(options: KubernetesResolverOptions): void {
  if (options.server !== undefined) parseServerUrl(options.server, "option server");
  const { namespace } = options;
  if (namespace !== undefined && !isLabel(namespace))
    throw new Error(`kube-resolver: option namespace is "${namespace}", which cannot be a namespace's name`);
  for (const name of positiveNumbers) {
    const value = options[name];
    if (value !== undefined && !(Number.isFinite(value) && value > 0))
      throw new Error(`kube-resolver: option ${name} is ${value}, but must be a number of milliseconds above 0`);
  }
}

/**
 * Reads the URL of an API server.
 *
 * @param origin where the text comes from, for the message.
 * @throws Error when it is no http or https URL.
 */
export function parseServerUrl(text: string, origin: string): URL {
  const url = URL.parse(text);
  if (url === null || !["http:", "https:"].includes(url.protocol))
    throw new Error(`kube-resolver: ${origin} is "${text}", but must be a URL such as https://10.96.0.1:443`);
  return url;
}

/** Whether a text can be the name of a namespace, Service or port: an RFC 1123 label. */
export function isLabel(text: string): boolean {
  return /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text);
}
