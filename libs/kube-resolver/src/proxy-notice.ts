import { experimental, logVerbosity } from "@grpc/grpc-js";
import { formatTarget } from "./target.ts";

/** Environment variables by name. */
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Logs, once for each target, that grpc-js connects to it through an HTTP proxy and does not ask the resolver. A channel asks for a target's authority first;
 * one that has no resolver right after has handed the target to a proxy of the environment.
 *
 * @see https://github.com/grpc/grpc-node/blob/master/packages/grpc-js/src/http_proxy.ts
 */
export class ProxyNotice {
  readonly #environment: Environment;
  /** Targets that a resolver was made for, or that were told of. */
  readonly #known = new Set<string>();

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** A channel to the target is being made, or connects. */
  asked(target: experimental.GrpcUri): void {
    const proxy = this.#proxy();
    if (proxy !== undefined) setImmediate(() => this.#tell(target, proxy));
  }

  /** A resolver was made for the target. */
  resolved(target: experimental.GrpcUri): void {
    this.#known.add(formatTarget(target));
  }

  #tell(target: experimental.GrpcUri, proxy: string): void {
    const text = formatTarget(target);
    if (this.#known.has(text)) return;
    this.#known.add(text);
    const remedy = `set ${this.#exempting(target)}, or the channel option grpc.enable_http_proxy to 0`;
    const problem = `${proxy} applies to ${text}: grpc-js connects through that proxy and does not ask Kubernetes`;
    experimental.log(logVerbosity.ERROR, `kube-resolver: ${problem}; to connect without it, ${remedy}`);
  }

  /** The variable that grpc-js takes a proxy from, with its value but without credentials. */
  #proxy(): string | undefined {
    const name = ["grpc_proxy", "https_proxy", "http_proxy"].find((candidate) => this.#environment[candidate]);
    const url = name === undefined ? null : URL.parse(this.#environment[name] ?? "");
    return url === null ? undefined : `${name}=${url.origin}`;
  }

  #exempting({ path }: experimental.GrpcUri): string {
    const name = this.#environment.no_grpc_proxy ? "no_grpc_proxy" : "no_proxy";
    const host = path.replace(/:.*$/, "");
    return this.#environment[name] ? `${name}="$${name},${host}"` : `${name}=${host}`;
  }
}
