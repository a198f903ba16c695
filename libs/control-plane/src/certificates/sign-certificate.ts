import { webcrypto } from "node:crypto";
import type { Extension, X509Certificate } from "@peculiar/x509";

/** A certificate authority's own certificate; its key cannot be taken out of the process. */
export interface RootCertificate {
  readonly certificate: X509Certificate;
  readonly privateKey: webcrypto.CryptoKey;
}

/** A private key (PKCS #8) and its certificate, both as PEM. */
export interface KeyAndCertificate {
  readonly key: string;
  readonly certificate: string;
}

/** Ten years, as istiod's own self-signed root has it. */
const ROOT_LIFETIME_MS = 10 * 365 * 24 * 3_600_000;
/** istiod's `ClockSkewGracePeriod`: a certificate is valid from so long before it was made. */
const CLOCK_SKEW_MS = 2 * 60_000;
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/**
 * Makes a root certificate that has signed itself. It is valid for its lifetime in both directions from now: a clock that is set back must not make it
 * a certificate of the future, as no new root could reach the programs that trust this one.
 */
export async function createRoot(nowMs: number): Promise<RootCertificate> {
  const x509 = await loadX509();
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, false, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: "O=cluster.local",
    keys,
    signingAlgorithm: ALGORITHM,
    notBefore: new Date(nowMs - ROOT_LIFETIME_MS),
    notAfter: new Date(nowMs + ROOT_LIFETIME_MS),
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate, privateKey: keys.privateKey };
}

/**
 * Makes a new key and a certificate for it, for servers and clients alike: an X.509-SVID
 * (https://github.com/spiffe/spiffe/blob/main/standards/X509-SVID.md), which names its owner by `spiffeId` only. As istiod's, it is valid from two minutes
 * before `nowMs` until `lifetimeMs` after.
 */
export async function signWorkload(
  root: RootCertificate,
  spiffeId: string,
  { nowMs, lifetimeMs }: { readonly nowMs: number; readonly lifetimeMs: number },
): Promise<KeyAndCertificate> {
  const x509 = await loadX509();
  const { publicKey, privateKey } = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.create({
    issuer: root.certificate.subject,
    publicKey,
    signingKey: root.privateKey,
    signingAlgorithm: ALGORITHM,
    notBefore: new Date(nowMs - CLOCK_SKEW_MS),
    notAfter: new Date(nowMs + lifetimeMs),
    extensions: await workloadExtensions(x509, root, spiffeId),
  });
  const key = x509.PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", privateKey), "PRIVATE KEY");
  return { key, certificate: certificate.toString("pem") };
}

async function workloadExtensions(x509: X509, root: RootCertificate, spiffeId: string): Promise<Extension[]> {
  return [
    new x509.BasicConstraintsExtension(false, undefined, true),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
    new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
    // Critical, as there is no subject (RFC 5280, 4.2.1.6).
    new x509.SubjectAlternativeNameExtension([{ type: "url", value: spiffeId }], true),
    await x509.AuthorityKeyIdentifierExtension.create(root.certificate),
  ];
}

type X509 = typeof import("@peculiar/x509");

/** Loaded on first use, as it takes 0.1 s. It needs the polyfill and does not bring it. */
async function loadX509(): Promise<X509> {
  await import("reflect-metadata");
  return import("@peculiar/x509");
}
