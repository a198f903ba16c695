import { createPrivateKey, X509Certificate } from "node:crypto";
import { experimental } from "@grpc/grpc-js";

type Listener = Parameters<experimental.FileWatcherCertificateProvider["addIdentityCertificateListener"]>[0];
type Update = Parameters<Listener>[0];

/** Well below the refresh interval that Istio's agent writes into bootstraps, 15 min. */
const READ_AGAIN_MS = 100;

/**
 * Lets no certificate pass whose key is another's. grpc-js 1.14 opens both files one after the other, so a rotation may fall between: until it reads
 * again, which is minutes, it makes and takes no new connection ("Failed to createSecureContext … key values mismatch"). With this a pair that does
 * not match is not taken, as in grpc-go (credentials/tls/certprovider/pemfile): what was there before stays in use, and the files are read again
 * at once.
 */
export function takeMatchingCertificates(): void {
  const provider = experimental.FileWatcherCertificateProvider.prototype as unknown as Provider;
  const { addIdentityCertificateListener: add, removeIdentityCertificateListener: remove } = provider;
  const taking = new WeakMap<Listener, Listener>();
  provider.addIdentityCertificateListener = function (listener) {
    const taken = taking.get(listener) ?? ((update) => (matches(update) ? listener(update) : readAgain(this, update)));
    taking.set(listener, taken);
    add.call(this, taken);
  };
  provider.removeIdentityCertificateListener = function (listener) {
    remove.call(this, taking.get(listener) ?? listener);
  };
}

/** What of the class is replaced, or used without being public. */
interface Provider {
  addIdentityCertificateListener(listener: Listener): void;
  removeIdentityCertificateListener(listener: Listener): void;
  /** Reads the files, unless it does so already. */
  updateCertificates(): void;
}

/** An update goes to every listener, and is looked at once. */
const KNOWN = new WeakMap<object, boolean>();

function matches(update: Update): boolean {
  if (update === null) return true;
  const known = KNOWN.get(update) ?? isPair(update);
  KNOWN.set(update, known);
  return known;
}

function isPair({ certificate, privateKey }: NonNullable<Update>): boolean {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(privateKey));
  } catch {
    return true; // What cannot be read at all is for grpc-js to report.
  }
}

/** Of listeners that are told of one update, the first has the files read again. */
const READING = new WeakSet<object>();

function readAgain(provider: Provider, update: Update): void {
  if (update === null || READING.has(update)) return;
  READING.add(update);
  setTimeout(() => provider.updateCertificates(), READ_AGAIN_MS).unref();
}
