import { X509Certificate } from "node:crypto";
import { spiffeId } from "../model/names.ts";
import { CertificateFiles } from "./certificate-files.ts";
import { type RootCertificate, signWorkload } from "./sign-certificate.ts";

/** Who a workload is. */
export interface WorkloadIdentity {
  /** Default "default". */
  readonly namespace?: string;
  /** Kubernetes service account that the pod runs under; default "default". */
  readonly serviceAccount?: string;
}

/** Where a workload's files lie, and who signs for how long. */
export interface WorkloadCertificateOptions {
  readonly root: RootCertificate;
  readonly parentFolder: string;
  readonly lifetimeMs: number;
  /** The wall clock, in ms since 1970: certificates are judged by it. */
  readonly now: () => number;
}

/** How often the wall clock is looked at: timers stand still while a machine is suspended, and know nothing of a clock that is set. */
const CHECK_INTERVAL_MS = 1_000;

/**
 * A workload's key and certificate, in a folder as Istio's agent writes it. Both are replaced when half of the certificate's lifetime is
 * over (the agent's `SECRET_GRACE_PERIOD_RATIO`), until it is disposed of; that deletes them. The wall clock decides when: within a second after a suspended
 * machine is awake, or its clock was set, an old certificate is replaced; so is one that a clock set back has made a certificate of the future.
 */
export class WorkloadCertificate implements AsyncDisposable {
  /** `spiffe://cluster.local/ns/<namespace>/sa/<service account>` */
  readonly spiffeId: string;
  readonly #files: CertificateFiles;
  readonly #options: WorkloadCertificateOptions;
  #current: X509Certificate | undefined;
  #renewAtMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #disposed = false;
  /** The end of the last replacement, however it ended. */
  #idle: Promise<void> = Promise.resolve();

  private constructor(identity: WorkloadIdentity, options: WorkloadCertificateOptions) {
    const { namespace = "default", serviceAccount = "default" } = identity;
    this.spiffeId = spiffeId(namespace, serviceAccount);
    this.#files = new CertificateFiles(options.parentFolder);
    this.#options = options;
  }

  /** Resolves once the files are there. */
  static async issue(identity: WorkloadIdentity, options: WorkloadCertificateOptions): Promise<WorkloadCertificate> {
    const workload = new WorkloadCertificate(identity, options);
    await workload.rotate();
    return workload;
  }

  /** The folder with `key.pem`, `cert-chain.pem` and `root-cert.pem`, for a bootstrap. */
  get folder(): string {
    return this.#files.folder;
  }

  /** Serial number of the newest certificate, in the form of `tls.PeerCertificate`. */
  get serialNumber(): string {
    return this.#current?.serialNumber ?? "";
  }

  /** When the newest certificate expires. */
  get notAfter(): Date {
    return this.#current?.validToDate ?? new Date(0);
  }

  /**
   * Makes a new key and certificate now. A program takes them at its next reading; connections that are there keep what they began with.
   * @throws (rejects) Error when it was disposed of, or the file system's when a file cannot be written; the old ones then stay.
   */
  rotate(): Promise<void> {
    const replaced = this.#idle.then(() => this.#replace());
    this.#idle = replaced.catch(() => undefined);
    return replaced;
  }

  /** Ends the replacing and deletes the files. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    await this.#idle;
    clearTimeout(this.#timer);
    await this.#files.remove();
  }

  async #replace(): Promise<void> {
    if (this.#disposed) throw new Error(`the certificate of ${this.spiffeId} was deleted`);
    const { root, lifetimeMs, now } = this.#options;
    const nowMs = now();
    const { key, certificate } = await signWorkload(root, this.spiffeId, { nowMs, lifetimeMs });
    await this.#files.replace({
      "key.pem": key,
      "cert-chain.pem": certificate,
      "root-cert.pem": root.certificate.toString("pem"),
    });
    this.#current = new X509Certificate(certificate);
    this.#renewAtMs = nowMs + lifetimeMs / 2;
    this.#checkIn(this.#renewAtMs - now());
  }

  /** Checks after `waitMs`, and at least as often as {@link CHECK_INTERVAL_MS}. */
  #checkIn(waitMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#check(), Math.min(waitMs, CHECK_INTERVAL_MS)).unref();
  }

  #check(): void {
    const nowMs = this.#options.now();
    const isOfTheFuture = nowMs < (this.#current?.validFromDate.getTime() ?? 0);
    if (nowMs < this.#renewAtMs && !isOfTheFuture) this.#checkIn(this.#renewAtMs - nowMs);
    else this.#rotateInTime();
  }

  #rotateInTime(): void {
    this.rotate().catch((error: Error) => {
      if (this.#disposed) return;
      process.emitWarning(`cannot replace the certificate of ${this.spiffeId}, trying again: ${error.message}`);
      this.#checkIn(CHECK_INTERVAL_MS);
    });
  }
}
