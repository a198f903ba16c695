import { mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What is in a workload's folder, under the names that Istio's agent gives the files. */
export interface CertificateContents {
  readonly "key.pem": string;
  readonly "cert-chain.pem": string;
  readonly "root-cert.pem": string;
}

/**
 * The files of one workload, replaced all three at once: `folder` is a symbolic link to the folder of the newest version. Each version has
 * files of its own, for their owner's eyes only. The version before stays until the next: a reader may have just followed the link.
 * grpc-js opens the files one by one: a replacement that falls between the two (some 10 µs of each refresh interval, more on a busy machine) gives it a
 * pair that does not match. libs/rpc takes no such pair (takeMatchingCertificates); other programs make and take no connections until their next reading.
 */
export class CertificateFiles {
  /** Where readers find the files. */
  readonly folder: string;
  readonly #parent: string;
  #version = 0;

  /** @param parent a folder for these files alone; it is made when it is not there. */
  constructor(parent: string) {
    this.#parent = parent;
    this.folder = join(parent, "current");
  }

  /** Writes a version and makes it the one that readers find. */
  async replace(contents: CertificateContents): Promise<void> {
    this.#version += 1;
    const version = join(this.#parent, String(this.#version));
    await mkdir(version, { recursive: true, mode: 0o700 });
    for (const [name, content] of Object.entries(contents)) {
      await writeFile(join(version, name), content, { mode: 0o600 });
    }
    const link = join(this.#parent, "next");
    await symlink(String(this.#version), link);
    await rename(link, this.folder);
    await rm(join(this.#parent, String(this.#version - 2)), { recursive: true, force: true });
  }

  async remove(): Promise<void> {
    await rm(this.#parent, { recursive: true, force: true });
  }
}
