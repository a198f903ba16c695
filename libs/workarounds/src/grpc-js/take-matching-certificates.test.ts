import { execFileSync } from "node:child_process";
import { copyFile, mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { experimental } from "@grpc/grpc-js";
import { expect, it, onTestFinished } from "vitest";
import { takeMatchingCertificates } from "./take-matching-certificates.ts";

type Update = experimental.IdentityCertificateUpdate | null;

/** Two keys with certificates of their own, and a folder in which one key lies beside the other's certificate: a rotation that is half read. */
async function halfRotated() {
  const folder = await mkdtemp(join(tmpdir(), "matching-certificates-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const at = (name: string) => join(folder, name);
  for (const name of ["old", "new"]) {
    const request = [
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:P-256",
      "-nodes",
      "-subj",
      `/CN=${name}`,
    ];
    execFileSync("openssl", [...request, "-keyout", at(`${name}.key`), "-out", at(`${name}.crt`)], { stdio: "ignore" });
  }
  await copyFile(at("new.crt"), at("tls.crt"));
  await copyFile(at("old.key"), at("tls.key"));
  // By a rename, as Istio's agent writes: a copy would empty the file first, and whoever reads just then has no key at all.
  return { at, complete: () => rename(at("new.key"), at("tls.key")) };
}

/** Reads once an hour by itself, as programs with Istio's bootstrap do every quarter. */
function watched(at: (name: string) => string) {
  const provider = new experimental.FileWatcherCertificateProvider({
    certificateFile: at("tls.crt"),
    privateKeyFile: at("tls.key"),
    refreshIntervalMs: 3_600_000,
  });
  const updates: Update[] = [];
  const listener = (update: Update) => void updates.push(update);
  provider.addIdentityCertificateListener(listener);
  onTestFinished(() => provider.removeIdentityCertificateListener(listener));
  return updates;
}

it("may go when grpc-js itself takes no certificate whose key is another's", async () => {
  const { at, complete } = await halfRotated();
  const updates = watched(at);
  await expect.poll(() => updates).toHaveLength(1);

  takeMatchingCertificates();
  const mended = watched(at);
  const second = watched(at);
  await complete();
  await expect.poll(() => [mended.length, second.length]).toEqual([1, 1]);
  expect(mended[0]?.privateKey.toString()).toContain("PRIVATE KEY");
});
