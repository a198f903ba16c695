import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRoot, type RootCertificate } from "./sign-certificate.ts";
import { WorkloadCertificate, type WorkloadIdentity } from "./workload-certificate.ts";

/** What a certificate authority hands out. */
export interface CertificateAuthorityOptions {
  /** How long a workload's certificate is valid, in ms; default one hour, where Istio has a day. Programs must read it more often than twice in that time. */
  readonly lifetimeMs?: number;
  /** The wall clock, in ms since 1970; default `Date.now`. */
  readonly now?: () => number;
  /** Where its folder is made; default: the system's folder for temporary files. A killed process leaves it there. */
  readonly parentFolder?: string;
}

/** What certificates are issued by. */
type Validity = Required<Pick<CertificateAuthorityOptions, "lifetimeMs" | "now">>;

const HOUR_MS = 3_600_000;
/** Certificates tell time in whole seconds. */
const SHORTEST_LIFETIME_MS = 2_000;
const LONGEST_LIFETIME_MS = 30 * 24 * HOUR_MS;

/**
 * A throw-away certificate authority in place of istiod's: issues certificates in Istio's default trust domain, `cluster.local`, for programs
 * on this machine. Its own key is in memory only; the workloads' keys lie in a folder that only the user may enter and that its disposal deletes.
 */
export class CertificateAuthority implements AsyncDisposable {
  readonly #root: RootCertificate;
  readonly #folder: string;
  readonly #validity: Validity;
  readonly #workloads: Promise<WorkloadCertificate>[] = [];
  #disposed = false;

  private constructor(root: RootCertificate, folder: string, validity: Validity) {
    this.#root = root;
    this.#folder = folder;
    this.#validity = validity;
    process.once("exit", this.#removeAtExit);
  }

  /**
   * Makes a certificate authority and its root certificate.
   * @throws (rejects) RangeError for a lifetime that is not from two seconds to 30 days.
   */
  static async create(options: CertificateAuthorityOptions = {}): Promise<CertificateAuthority> {
    const { lifetimeMs = HOUR_MS, now = Date.now, parentFolder = tmpdir() } = options;
    if (!(lifetimeMs >= SHORTEST_LIFETIME_MS && lifetimeMs <= LONGEST_LIFETIME_MS)) {
      const remedy = `choose one from ${SHORTEST_LIFETIME_MS} to ${LONGEST_LIFETIME_MS} ms`;
      throw new RangeError(`a certificate's lifetime cannot be ${lifetimeMs} ms; ${remedy}`);
    }
    const root = await createRoot(now());
    return new CertificateAuthority(root, await mkdtemp(join(parentFolder, "lab-certificates-")), { lifetimeMs, now });
  }

  /**
   * Issues a certificate into a folder of its own. Pods of one identity each get one.
   * @throws (rejects) Error when it was disposed of, or the file system's when a file cannot be written.
   */
  async issue(identity: WorkloadIdentity): Promise<WorkloadCertificate> {
    if (this.#disposed) throw new Error("the certificate authority was disposed of");
    const parentFolder = join(this.#folder, String(this.#workloads.length + 1));
    const options = { root: this.#root, parentFolder, ...this.#validity };
    const workload = WorkloadCertificate.issue(identity, options);
    this.#workloads.push(workload);
    return workload;
  }

  /** Deletes every key and certificate. Programs that still read them would then refuse all connections: end them before. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    const issued = await Promise.allSettled(this.#workloads);
    for (const result of issued) if (result.status === "fulfilled") await result.value[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true, force: true });
    process.off("exit", this.#removeAtExit);
  }

  /** For a process that ends without disposing it, as by a second Ctrl-C. */
  readonly #removeAtExit = () => rmSync(this.#folder, { recursive: true, force: true });
}
