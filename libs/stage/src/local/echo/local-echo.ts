import {
  CertificateAuthority,
  ControlPlane,
  InvalidModelError,
  type MeshEndpoint,
  type MeshModel,
  NackError,
} from "@grpc-lb-lab/control-plane";
import { IstioRules, keyOf, parseIstioRules, type RuleState, type WrittenRule } from "@grpc-lb-lab/istio";
import { InputError } from "@grpc-lb-lab/stage-api";
import { REGION } from "../../deployment/backend-service.ts";
import { ConnectionForwarder } from "../../deployment/connection-forwarder.ts";
import { ProblemLog } from "../../deployment/problem-log.ts";
import { ChildProcesses } from "../child-processes.ts";
import { LocalAddresses } from "../local-addresses.ts";
import { chooseLocalPorts } from "../local-ports.ts";
import { leaseLoopbackRange } from "../loopback-range.ts";
import type { Command } from "../ready-process.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { EchoPod } from "./echo-pod.ts";

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

/** What came of a change of rules. */
export interface AppliedRules {
  /** `VirtualService/echo`, in the order of the text. */
  readonly names: readonly string[];
  /** What of them is without effect and why, and what pods reject of other rules; one sentence each. */
  readonly notes: readonly string[];
}

/** The rules in force. */
export interface RulesInForce {
  /** The oldest first. */
  readonly rules: readonly RuleState[];
  /** What pods reject now, in words. */
  readonly rejections: readonly string[];
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
  #rules = new IstioRules({ services: ["echo"], namespace: ECHO_NAMESPACE, port: ECHO_SERVICE_PORT });
  #resources = new AsyncDisposableStack();

  private constructor(addresses: LocalAddresses, controlPlane: ControlPlane) {
    this.#addresses = addresses;
    this.#controlPlane = controlPlane;
    controlPlane.onNack(({ nodeId, type, reason }) => this.#problems.add(this.#rejection(nodeId, type, reason)));
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
    const children = rollback.use(new ChildProcesses());
    const keys = rollback.use(await temporaryFolder("certificates", children));
    const authority = rollback.use(await CertificateAuthority.create({ parentFolder: keys.path }));
    const model = { services: [] };
    const controlPlane = await ControlPlane.listen({ host: addresses.xds, port: addresses.xdsPort, model });
    rollback.use({ [Symbol.asyncDispose]: () => controlPlane.close() });
    rollback.use(children); // Once more: they end before what they read and talk to goes.
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
   * @throws {InputError} when one is wrong, and then nothing has changed; or when a pod rejects one of them (NACK), as in a cluster.
   */
  async apply(yaml: string, signal: AbortSignal): Promise<AppliedRules> {
    return this.#change(yaml, (rules, written) => rules.apply(written), signal);
  }

  /**
   * Removes rules by the kinds and names of a text, as `kubectl delete -f` would, and resolves when the pods have taken that.
   * @throws {InputError} when one is not there, or when a pod rejects what is left.
   */
  async delete(yaml: string, signal: AbortSignal): Promise<AppliedRules> {
    return this.#change(yaml, (rules, written) => rules.delete(written), signal);
  }

  /** The rules in force and what of them is without effect, and what pods reject now. */
  get ruleStates(): RulesInForce {
    return { rules: this.#rules.states, rejections: this.#rejections() };
  }

  async #change(
    yaml: string,
    change: (rules: IstioRules, written: readonly WrittenRule[]) => void,
    signal: AbortSignal,
  ): Promise<AppliedRules> {
    const written = parseIstioRules(yaml);
    const names = written.map(({ rule }) => keyOf(rule));
    const tried = this.#rules.copy();
    change(tried, written);
    try {
      this.#controlPlane.update(this.#model(tried));
    } catch (error) {
      if (error instanceof InvalidModelError) throw new InputError(error.mistakes.join("; "), { cause: error });
      throw error;
    }
    this.#rules = tried;
    const standing = await this.#taken(names, signal);
    const own = tried.states.filter(({ name }) => names.includes(name)).flatMap(sentencesOf);
    return { names, notes: [...own, ...standing] };
  }

  /** Gives every pod a new key and certificate, as Istio does before the old ones expire. */
  async rotateCertificates(): Promise<void> {
    await Promise.all(this.#pods.map((pod) => pod.certificate.rotate()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources[Symbol.asyncDispose]();
  }

  /** Resolves with what pods reject of other rules than these. */
  async #taken(names: readonly string[], signal: AbortSignal): Promise<string[]> {
    const timeout = AbortSignal.timeout(ACKNOWLEDGED_WITHIN_MS);
    try {
      await this.#controlPlane.acknowledged({ signal: AbortSignal.any([signal, timeout]) });
      return [];
    } catch (error) {
      signal.throwIfAborted();
      if (timeout.aborted)
        throw new InputError(`the pods did not acknowledge the rules within ${ACKNOWLEDGED_WITHIN_MS} ms`);
      if (!(error instanceof NackError)) throw error;
      const { nodeId, type, reason } = error;
      const rejection = this.#rejection(nodeId, type, reason);
      const culprit = this.#rules.culprit(reason);
      if (culprit !== undefined && !names.includes(culprit.name)) return [rejection];
      throw new InputError(`the rules are applied, but ${rejection}; the pod keeps its previous rules`, {
        cause: error,
      });
    }
  }

  /** What pods reject now. */
  #rejections(): string[] {
    return this.#controlPlane.rejections().map(({ nodeId, type, reason }) => this.#rejection(nodeId, type, reason));
  }

  #rejection(nodeId: string, type: string, reason: string): string {
    const culprit = this.#rules.culprit(reason);
    const of = culprit === undefined ? "" : ` because of ${culprit.name}, ${culprit.field}`;
    return `${podOf(nodeId)} rejected ${type} (NACK)${of}: ${reason}`;
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
      ...rules.service("echo"),
    };
    return { services: [echo], peerAuthentications: rules.peerAuthentications };
  }
}

function sentencesOf({ name, notes }: RuleState): string[] {
  return notes.map((sentence) => `${name}: ${sentence}`);
}

/** The pod of an Istio node id, `sidecar~10.0.0.1~echo-v1.echo-grpc~echo-grpc.svc.cluster.local`. */
function podOf(nodeId: string): string {
  return nodeId.split("~")[2] ?? nodeId;
}
