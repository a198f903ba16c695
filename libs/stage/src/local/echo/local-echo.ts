import {
  CertificateAuthority,
  ControlPlane,
  InvalidModelError,
  type MeshEndpoint,
  type MeshModel,
  NackError,
} from "@grpc-lb-lab/control-plane";
import { REGION } from "../../deployment/backend-service.ts";
import { ConnectionForwarder } from "../../deployment/connection-forwarder.ts";
import { ProblemLog } from "../../deployment/problem-log.ts";
import { InputError } from "../../input-error.ts";
import { ChildProcesses } from "../child-processes.ts";
import { LocalAddresses } from "../local-addresses.ts";
import { chooseLocalPorts } from "../local-ports.ts";
import { leaseLoopbackRange } from "../loopback-range.ts";
import type { Command } from "../pod-process.ts";
import { EchoPod } from "./echo-pod.ts";
import { parseIstioRules } from "./istio-manifest.ts";
import { IstioRules } from "./istio-rules.ts";

/** The namespace of Istio's walk-through. */
export const ECHO_NAMESPACE = "echo-grpc";
/** The port of the Service `echo`, as in Istio's sample. */
const ECHO_SERVICE_PORT = 7070;
const VERSIONS = ["v1", "v2"] as const;
/** How long clients may take to agree to new rules. */
const ACKNOWLEDGED_WITHIN_MS = 20_000;

/** How the echo application is started, and until when it runs. */
export interface LocalEchoOptions {
  /** `node apps/echo/src/main.ts` */
  readonly command: Command;
  readonly signal: AbortSignal;
}

/**
 * Istio's echo application, versions v1 and v2, as proxyless xDS servers and clients under the lab's own control plane: what
 * Istio's walk-through runs in namespace `echo-grpc`. Disposing it leaves no process, no port and no key behind.
 */
export class LocalEcho implements AsyncDisposable {
  /** The Service for a client in the mesh. */
  readonly target = `xds:///echo.${ECHO_NAMESPACE}.svc.cluster.local:${ECHO_SERVICE_PORT}`;
  readonly #addresses: LocalAddresses;
  readonly #controlPlane: ControlPlane;
  readonly #pods: EchoPod[] = [];
  readonly #problems = new ProblemLog();
  #rules = new IstioRules({ service: "echo", namespace: ECHO_NAMESPACE });
  #resources = new AsyncDisposableStack();

  private constructor(addresses: LocalAddresses, controlPlane: ControlPlane) {
    this.#addresses = addresses;
    this.#controlPlane = controlPlane;
    controlPlane.onNack(({ nodeId, type, reason }) =>
      this.#problems.add(`${nodeId} rejected ${type} (NACK): ${reason}`),
    );
  }

  /**
   * Starts a pod of each version in a loopback range of its own and resolves when all are ready.
   * @throws {InputError} when a port is taken or a pod does not start.
   */
  static async start({ command, signal }: LocalEchoOptions): Promise<LocalEcho> {
    signal.throwIfAborted();
    await using rollback = new AsyncDisposableStack();
    const range = rollback.use(await leaseLoopbackRange());
    const addresses = new LocalAddresses(range, await chooseLocalPorts(range.address(1)));
    const authority = rollback.use(await CertificateAuthority.create());
    const model = { services: [] };
    const controlPlane = await ControlPlane.listen({ host: addresses.xds, port: addresses.xdsPort, model });
    rollback.use({ [Symbol.asyncDispose]: () => controlPlane.close() });
    const children = rollback.use(new ChildProcesses());
    const echo = new LocalEcho(addresses, controlPlane);
    const made = { addresses, authority, command, children, namespace: ECHO_NAMESPACE, signal };
    echo.#pods.push(...(await Promise.all(VERSIONS.map((version) => EchoPod.start({ ...made, version })))));
    controlPlane.update(echo.#model(echo.#rules));
    echo.#resources = rollback.move();
    return echo;
  }

  get pods(): readonly EchoPod[] {
    return this.#pods;
  }

  /** What the pods rejected of the control plane's word, in words, each once. */
  get problems(): readonly string[] {
    return this.#problems.problems;
  }

  /**
   * Forwards a port of localhost to the plain gRPC port of the first pod, as `kubectl port-forward` does; disposing the result ends that.
   * @throws {InputError} when the port is taken.
   */
  async forward(port: number): Promise<AsyncDisposable> {
    const [host = "", plainPort] = this.#pods[0]?.plainAddress.split(":") ?? [];
    const targets = () => [{ host, port: Number(plainPort) }];
    return ConnectionForwarder.listen({ host: "127.0.0.1", port, targets, random: () => 0 });
  }

  /**
   * Applies DestinationRules, VirtualServices and PeerAuthentications, as `kubectl apply` would, and resolves when the pods have taken them.
   * Returns what was applied, as `kind/name`.
   * @throws {InputError} when one is wrong, and then nothing has changed; or when a pod rejects them (NACK), as in a cluster.
   */
  async apply(yaml: string, signal: AbortSignal): Promise<string[]> {
    const rules = parseIstioRules(yaml);
    const tried = this.#rules.copy();
    tried.apply(rules);
    try {
      this.#controlPlane.update(this.#model(tried));
    } catch (error) {
      if (error instanceof InvalidModelError) throw new InputError(error.mistakes.join("; "), { cause: error });
      throw error;
    }
    this.#rules = tried;
    await this.#taken(signal);
    return rules.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
  }

  /** Gives every pod a new key and certificate, as Istio does before the old ones expire. */
  async rotateCertificates(): Promise<void> {
    await Promise.all(this.#pods.map((pod) => pod.certificate.rotate()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources[Symbol.asyncDispose]();
  }

  async #taken(signal: AbortSignal): Promise<void> {
    const timeout = AbortSignal.timeout(ACKNOWLEDGED_WITHIN_MS);
    try {
      await this.#controlPlane.acknowledged({ signal: AbortSignal.any([signal, timeout]) });
    } catch (error) {
      signal.throwIfAborted();
      if (timeout.aborted) throw new InputError(`the pods did not take the rules within ${ACKNOWLEDGED_WITHIN_MS} ms`);
      if (!(error instanceof NackError)) throw error;
      throw new InputError(`the rules are applied, but ${error.message}; it goes on with those before`, {
        cause: error,
      });
    }
  }

  #model(rules: IstioRules): MeshModel {
    const endpoints = this.#pods.map(({ ip, grpcPort, labels }): MeshEndpoint => {
      return { address: ip, port: grpcPort, region: REGION, zone: "lab-a", labels };
    });
    const echo = {
      name: "echo",
      namespace: ECHO_NAMESPACE,
      port: ECHO_SERVICE_PORT,
      clusterIp: this.#addresses.service,
      endpoints,
      ...rules.service,
    };
    return { services: [echo], peerAuthentications: rules.peerAuthentications };
  }
}
