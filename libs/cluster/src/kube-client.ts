import { InputError } from "@grpc-lb-lab/input-error";
import type { HttpLibrary, KubeConfig } from "@kubernetes/client-node";

/** client-node, loaded when a cluster is used: it costs 62 MB of disk and 80 MB of memory. */
type ClientNode = typeof import("@kubernetes/client-node");
type Method = "GET" | "PATCH" | "POST" | "PUT" | "DELETE";

/** Nothing that the lab asks takes longer, watches aside. */
const PATIENCE_MS = 15_000;

/** What may be given with a request. */
export interface KubeRequest {
  /** Sent as JSON; of a PATCH as a merge patch (RFC 7386). */
  readonly body?: unknown;
  readonly contentType?: string;
  readonly signal?: AbortSignal;
}

/** An operation of a JSON patch (RFC 6902). */
export type JsonPatchOperation =
  | { readonly op: "test" | "add" | "replace"; readonly path: string; readonly value: unknown }
  | { readonly op: "remove"; readonly path: string };

/** `meta/v1` DeleteOptions. */
export interface KubeDeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly preconditions?: { readonly uid?: string | undefined };
}

const [NOT_FOUND, CONFLICT] = [404, 409];

/** An answer that is none of success. */
export class KubeError extends Error {
  override readonly name = "KubeError";
  readonly status: number;
  /** In the API server's own words. */
  readonly reason: string;

  constructor(status: number, reason: string, context: string) {
    super(`the API server of context ${context} answered ${status}: ${reason}`);
    this.status = status;
    this.reason = reason;
  }
}

/** A refusal: the credentials are accepted, but may not do that. */
export class NotPermittedError extends InputError {}

/** The API server of one context. */
export class KubeClient {
  readonly context: string;
  readonly clientNode: ClientNode;
  readonly config: KubeConfig;
  readonly #server: string;
  readonly #http: HttpLibrary;

  private constructor(context: string, clientNode: ClientNode, config: KubeConfig) {
    this.context = context;
    this.clientNode = clientNode;
    this.config = config;
    this.#server = config.getCurrentCluster()?.server ?? "";
    this.#http = new clientNode.IsomorphicFetchHttpLibrary();
  }

  /**
   * Reads the kubeconfig as kubectl does (`KUBECONFIG`, `~/.kube/config`) and takes `context` from it, whichever is the current one.
   * @throws {InputError} when it has no such context, or none at all.
   */
  static async connect(context: string): Promise<KubeClient> {
    const clientNode = await loadClientNode();
    const config = new clientNode.KubeConfig();
    readKubeConfig(config);
    const names = config.getContexts().map(({ name }) => name);
    if (!names.includes(context)) {
      const there = names.length === 0 ? "none" : names.join(", ");
      const remedy = "name one of these, or create a cluster with make cluster (context kind-lab)";
      throw new InputError(
        `the kubeconfig file has no context ${JSON.stringify(context)} (it has ${there}): ${remedy}`,
      );
    }
    config.setCurrentContext(context);
    // client-node refuses plain HTTP, as of `kubectl proxy`, unless told that no certificate is looked at; there is none.
    config.clusters = config.clusters.map((one) =>
      one.server.startsWith("http:") ? { ...one, skipTLSVerify: true } : one,
    );
    return new KubeClient(context, clientNode, config);
  }

  /**
   * What the API server answers, parsed where it is JSON; what may be JSON by chance only is asked by {@link text}.
   * @throws {InputError} when it does not answer, or does not permit it; {@link KubeError} on any other answer than success.
   */
  async request<T>(method: Method, path: string, options: KubeRequest = {}): Promise<T> {
    return parsed(await this.#answer(method, path, options)) as T;
  }

  get<T>(path: string, signal?: AbortSignal): Promise<T> {
    return this.request("GET", path, signal === undefined ? {} : { signal });
  }

  /** As {@link get}, word for word: a log, metrics, what a pod answers. */
  text(path: string, signal?: AbortSignal): Promise<string> {
    return this.#answer("GET", path, signal === undefined ? {} : { signal });
  }

  /**
   * Changes an object by a JSON patch, as a whole or not at all; resolves with what it is then.
   * @throws {InputError} as {@link request}; {@link KubeError} also where a `test` fails.
   */
  patch<T>(path: string, body: readonly JsonPatchOperation[], signal?: AbortSignal): Promise<T> {
    return this.request("PATCH", path, { body, contentType: JSON_PATCH, ...(signal && { signal }) });
  }

  /**
   * Deletes an object. It may have gone by itself; and where a precondition does not hold, another has its name, and is left alone.
   * @throws {InputError} as {@link request}.
   */
  async delete(path: string, options?: KubeDeleteOptions, signal?: AbortSignal): Promise<void> {
    const request = { body: options, ...(signal && { signal }) };
    await this.#answer("DELETE", path, request).catch((error: unknown) => {
      const hasGone = error instanceof KubeError && error.status === NOT_FOUND;
      const isAnother = error instanceof KubeError && error.status === CONFLICT && options?.preconditions !== undefined;
      if (!(hasGone || isAnother)) throw error;
    });
  }

  async #answer(method: Method, path: string, { body, contentType, signal }: KubeRequest): Promise<string> {
    const patience = AbortSignal.timeout(PATIENCE_MS);
    const request = new this.clientNode.RequestContext(`${this.#server}${path}`, method);
    request.setSignal(signal === undefined ? patience : AbortSignal.any([signal, patience]));
    if (body !== undefined) {
      request.setHeaderParam("content-type", contentType ?? CONTENT_TYPES[method] ?? "application/json");
      request.setBody(JSON.stringify(body));
    }
    await this.#authenticate(request);
    const { status, text } = await this.#send(request).catch((error: Error) => {
      signal?.throwIfAborted();
      throw this.#unreachable(error);
    });
    if (status >= 200 && status < 300) return text;
    throw this.#refusal(status, text);
  }

  /**
   * Sees that the API server answers, and takes the credentials.
   * @throws {InputError} as {@link request}.
   */
  async assertReachable(): Promise<void> {
    await this.get("/readyz");
  }

  /** As {@link get}; undefined when there is no such object, or no such kind of object. */
  async find<T>(path: string, signal?: AbortSignal): Promise<T | undefined> {
    return this.get<T>(path, signal).catch((error: unknown) => {
      if (error instanceof KubeError && error.status === NOT_FOUND) return undefined;
      throw error;
    });
  }

  /** Credentials may come from a program, as gke-gcloud-auth-plugin. */
  async #authenticate(request: InstanceType<ClientNode["RequestContext"]>): Promise<void> {
    await this.config.applySecurityAuthentication(request).catch((error: Error) => {
      const { message } = rootCause(error);
      throw new InputError(
        `context ${this.context} has no credentials (${message}); check its user in the kubeconfig file`,
        {
          cause: error,
        },
      );
    });
  }

  async #send(request: InstanceType<ClientNode["RequestContext"]>): Promise<{ status: number; text: string }> {
    const { httpStatusCode, body } = await this.#http.send(request).toPromise();
    return { status: httpStatusCode, text: await body.text() };
  }

  #unreachable(error: Error): InputError {
    const { message } = rootCause(error);
    return new InputError(
      `the API server of context ${this.context} does not answer at ${this.#server} (${message}): check that the cluster runs, or create one with make cluster`,
      { cause: error },
    );
  }

  /** The API server's own words name verb, resource and namespace. */
  #refusal(status: number, text: string): Error {
    const { message = text } = (parsed(text) ?? {}) as { message?: string };
    if (status === 401) {
      return new InputError(
        `context ${this.context}: the API server does not accept its credentials: renew them in the kubeconfig file, or name another context`,
      );
    }
    if (status === 403) {
      return new NotPermittedError(
        `context ${this.context} lacks a permission: ${message}: ask for a role that has it, or name another context`,
      );
    }
    return new KubeError(status, message, this.context);
  }
}

const JSON_PATCH = "application/json-patch+json";
const CONTENT_TYPES: Readonly<Partial<Record<Method, string>>> = { PATCH: "application/merge-patch+json" };

async function loadClientNode(): Promise<ClientNode> {
  return import("@kubernetes/client-node").catch((error: Error) => {
    const remedy = "the lab's images do not contain it: run lab from a checkout, after make install";
    throw new InputError(
      `the lab needs @kubernetes/client-node to reach a cluster, but it is not installed; ${remedy}`,
      {
        cause: error,
      },
    );
  });
}

function readKubeConfig(config: KubeConfig): void {
  try {
    config.loadFromDefault();
  } catch (error) {
    const { message } = error as Error;
    throw new InputError(`the kubeconfig file cannot be read (${message}); check KUBECONFIG and ~/.kube/config`, {
      cause: error,
    });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** undici wraps what went wrong. */
function rootCause(error: Error): Error {
  return error.cause instanceof Error ? rootCause(error.cause) : error;
}
