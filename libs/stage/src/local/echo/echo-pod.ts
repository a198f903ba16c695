import { type CertificateAuthority, proxylessBootstrap, type WorkloadCertificate } from "@grpc-lb-lab/control-plane";
import { REGION } from "../../deployment/backend-service.ts";
import type { ChildProcesses } from "../child-processes.ts";
import type { LocalAddresses } from "../local-addresses.ts";
import { LOCAL_TIMINGS } from "../local-timings.ts";
import { startPodProcess } from "../pod-process.ts";
import type { Command } from "../ready-process.ts";
import { leasePort } from "./lease-port.ts";

/** What a pod of the echo application is made with. */
export interface EchoPodOptions {
  readonly version: string;
  readonly namespace: string;
  readonly addresses: LocalAddresses;
  readonly authority: CertificateAuthority;
  readonly command: Command;
  readonly children: ChildProcesses;
  readonly signal: AbortSignal;
}

/** Istio's sample listens on it; a port of all addresses for an XdsServer of grpc-js-xds 1.14, whatever address it is given. */
const USUAL_GRPC_PORT = 17_070;
/** How often a pod reads its certificate. Istio: 15 min. */
const CERTIFICATE_REFRESH_MS = 500;

/** A running pod of the echo application. */
export class EchoPod {
  readonly name: string;
  readonly version: string;
  readonly ip: string;
  /** The xDS server's port. */
  readonly grpcPort: number;
  /** `host:port` of the plain gRPC server, the way in for ForwardEcho. */
  readonly plainAddress: string;
  /** `host:port` of the HTTP echo. */
  readonly httpAddress: string;
  /** `host:port` of the admin port. */
  readonly adminAddress: string;
  readonly certificate: WorkloadCertificate;
  readonly labels: Readonly<Record<string, string>>;

  private constructor({ version, addresses }: EchoPodOptions, grpcPort: number, certificate: WorkloadCertificate) {
    this.name = `echo-${version}`;
    this.version = version;
    this.ip = addresses.takePod();
    this.grpcPort = grpcPort;
    this.plainAddress = `${this.ip}:17171`;
    this.httpAddress = `${this.ip}:8080`;
    this.adminAddress = `${this.ip}:${addresses.adminPort}`;
    this.certificate = certificate;
    this.labels = { app: "echo", version };
  }

  /**
   * Starts a pod and resolves when it is ready.
   * @throws {InputError} when a port is taken or it does not become ready.
   */
  static async start(options: EchoPodOptions): Promise<EchoPod> {
    const { authority, namespace, command, children, addresses, signal } = options;
    const certificate = await authority.issue({ namespace });
    // Once it listens nobody else can.
    await using lease = await leasePort(USUAL_GRPC_PORT);
    const pod = new EchoPod(options, lease.port, certificate);
    await startPodProcess({
      name: pod.name,
      command,
      env: pod.#env(options),
      admin: { host: pod.ip, port: addresses.adminPort },
      children,
      startDeadlineMs: LOCAL_TIMINGS.startDeadlineMs.value,
      signal,
    });
    return pod;
  }

  #env({ namespace, addresses }: EchoPodOptions): Record<string, string> {
    return {
      HOST: this.ip,
      GRPC_PORT: String(this.grpcPort),
      PLAIN_GRPC_PORT: "17171",
      HTTP_PORT: "8080,3333",
      ADMIN_PORT: String(addresses.adminPort),
      GRPC_SERVER: "xds",
      POD_NAME: this.name,
      POD_IP: this.ip,
      POD_NAMESPACE: namespace,
      VERSION: this.version,
      GRPC_XDS_BOOTSTRAP_CONFIG: JSON.stringify(this.#bootstrap(namespace, addresses)),
    };
  }

  #bootstrap(namespace: string, { xds, xdsPort }: LocalAddresses) {
    return proxylessBootstrap({
      controlPlaneUri: `${xds}:${xdsPort}`,
      nodeIp: this.ip,
      pod: this.name,
      namespace,
      labels: this.labels,
      locality: { region: REGION, zone: "lab-a" },
      certificate: { folder: this.certificate.folder, refreshIntervalMs: CERTIFICATE_REFRESH_MS },
    });
  }
}
