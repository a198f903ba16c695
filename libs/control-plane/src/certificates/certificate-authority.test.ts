import { createPrivateKey, X509Certificate } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtempDisposable, readdir, readFile, realpath, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { CertificateAuthority } from "./certificate-authority.ts";

const IDENTITY = { namespace: "lab", serviceAccount: "echo" };

/** What a reader finds behind the link at one moment. */
async function contentsOf({ folder }: { readonly folder: string }) {
  const version = await realpath(folder);
  const read = (name: string) => readFile(join(version, name));
  return {
    key: createPrivateKey(await read("key.pem")),
    certificate: new X509Certificate(await read("cert-chain.pem")),
    root: new X509Certificate(await read("root-cert.pem")),
  };
}

test("a certificate names its workload by SPIFFE id, and its authority has signed it", async () => {
  await using authority = await CertificateAuthority.create({ lifetimeMs: 60_000 });
  const workload = await authority.issue(IDENTITY);
  const { key, certificate, root } = await contentsOf(workload);
  expect(workload.spiffeId).toBe("spiffe://cluster.local/ns/lab/sa/echo");
  expect(certificate.subjectAltName).toBe(`URI:${workload.spiffeId}`);
  expect(certificate.verify(root.publicKey)).toBe(true);
  expect(certificate.checkPrivateKey(key)).toBe(true);
  expect(certificate.serialNumber).toBe(workload.serialNumber);
  expect([certificate.ca, root.ca]).toEqual([false, true]);
  expect(certificate.validToDate).toEqual(workload.notAfter);
});

test("a certificate is valid from two minutes before it was made, as istiod's; its root in a clock that is set back, too", async () => {
  const nowMs = Date.UTC(2026, 0, 1, 12);
  await using authority = await CertificateAuthority.create({ lifetimeMs: 60_000, now: () => nowMs });
  const { certificate, root } = await contentsOf(await authority.issue(IDENTITY));
  expect(certificate.validFrom).toBe("Jan  1 11:58:00 2026 GMT");
  expect(certificate.validTo).toBe("Jan  1 12:01:00 2026 GMT");
  expect(root.validFromDate.getUTCFullYear()).toBe(2016);
});

test("identities default to Kubernetes' own, and each workload has a folder that its user alone may read", async () => {
  await using authority = await CertificateAuthority.create();
  const [one, two] = [await authority.issue({}), await authority.issue({})];
  expect(one.spiffeId).toBe("spiffe://cluster.local/ns/default/sa/default");
  expect(one.folder).not.toBe(two.folder);
  const modes = await Promise.all(
    ["", "key.pem"].map(async (name) => (await stat(join(one.folder, name))).mode & 0o777),
  );
  expect(modes).toEqual([0o700, 0o600]);
});

test("the keys lie in the folder that the caller names, and go with their authority", async () => {
  await using parent = await mkdtempDisposable(join(tmpdir(), "lab-keys-"));
  const authority = await CertificateAuthority.create({ parentFolder: parent.path });
  const { folder } = await authority.issue({});
  expect(folder.startsWith(parent.path)).toBe(true);
  await authority[Symbol.asyncDispose]();
  expect(await readdir(parent.path)).toEqual([]);
});

test("a rotation replaces key and certificate, which readers never see in parts; few are kept", async () => {
  await using authority = await CertificateAuthority.create();
  const workload = await authority.issue(IDENTITY);
  const before = await contentsOf(workload);
  for (let rotation = 0; rotation < 20; rotation++) {
    const [{ key, certificate }] = await Promise.all([contentsOf(workload), workload.rotate()]);
    expect(certificate.checkPrivateKey(key)).toBe(true);
  }
  const after = await contentsOf(workload);
  expect(after.certificate.serialNumber).not.toBe(before.certificate.serialNumber);
  expect(after.key.equals(before.key)).toBe(false);
  expect(after.root.fingerprint256).toBe(before.root.fingerprint256);
  expect((await readdir(join(workload.folder, ".."))).sort()).toEqual(["20", "21", "current"]);
});

/** A certificate of two hours, from noon, whose timers and wall clock the test moves apart. */
async function issueAtNoon() {
  const clock = { nowMs: Date.UTC(2026, 0, 1, 12) };
  const authority = await CertificateAuthority.create({ lifetimeMs: 2 * HOUR_MS, now: () => clock.nowMs });
  onTestFinished(() => authority[Symbol.asyncDispose]());
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const workload = await authority.issue(IDENTITY);
  return { clock, workload, serialNumber: workload.serialNumber };
}

const HOUR_MS = 3_600_000;
const SECOND_MS = 1_000;
const PATIENT = { timeout: 60_000 };

test("a certificate is replaced when half of its lifetime is over by the wall clock, and not before", async () => {
  const { clock, workload, serialNumber } = await issueAtNoon();
  clock.nowMs += HOUR_MS - SECOND_MS / 2;
  await vi.advanceTimersByTimeAsync(SECOND_MS);
  expect(vi.getTimerCount()).toBe(1);
  expect(workload.serialNumber).toBe(serialNumber);
  clock.nowMs += SECOND_MS / 2;
  await vi.advanceTimersByTimeAsync(SECOND_MS / 2);
  await vi.waitFor(() => expect(workload.serialNumber).not.toBe(serialNumber), PATIENT);
});

test.each([
  ["a machine was suspended past its end, in which time timers stood still", 3 * HOUR_MS, "17:00:00"],
  ["the clock was set back to before it was valid", -HOUR_MS, "13:00:00"],
])("a certificate is replaced a second after %s", async (_, jumpMs, end) => {
  const { clock, workload, serialNumber } = await issueAtNoon();
  clock.nowMs += jumpMs;
  await vi.advanceTimersByTimeAsync(SECOND_MS);
  await vi.waitFor(() => expect(workload.serialNumber).not.toBe(serialNumber), PATIENT);
  expect(workload.notAfter.toISOString()).toBe(`2026-01-01T${end}.000Z`);
});

test("a clock that is set back by less than the two minutes changes nothing", async () => {
  const { clock, workload, serialNumber } = await issueAtNoon();
  clock.nowMs -= 119 * SECOND_MS;
  await vi.advanceTimersByTimeAsync(10 * SECOND_MS);
  expect(vi.getTimerCount()).toBe(1);
  expect(workload.serialNumber).toBe(serialNumber);
});

test("what is disposed of is deleted and stays so, also what was under way", async () => {
  const authority = await CertificateAuthority.create();
  const [one, two] = [await authority.issue(IDENTITY), await authority.issue(IDENTITY)];
  const all = join(one.folder, "../..");
  await one[Symbol.asyncDispose]();
  expect([existsSync(one.folder), existsSync(two.folder)]).toEqual([false, true]);
  await expect(one.rotate()).rejects.toThrow(`the certificate of ${one.spiffeId} was deleted`);
  const issuing = authority.issue(IDENTITY);
  await authority[Symbol.asyncDispose]();
  expect(existsSync((await issuing).folder)).toBe(false);
  expect(existsSync(all)).toBe(false);
  await expect(authority.issue(IDENTITY)).rejects.toThrow("the certificate authority was disposed of");
});

test("a lifetime that cannot be is refused with those that can", async () => {
  for (const lifetimeMs of [0, 1_999, Number.NaN, Number.POSITIVE_INFINITY]) {
    await expect(CertificateAuthority.create({ lifetimeMs })).rejects.toThrow(
      `a certificate's lifetime cannot be ${lifetimeMs} ms; choose one from 2000 to 2592000000 ms`,
    );
  }
});
