import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { connect } from "node:tls";
import type { EchoPod, LocalEcho } from "@grpc-lb-lab/stage";

/** A pod's newest certificate, and the one that it shows to new connections, by serial number. */
export interface ShownCertificate {
  readonly pod: string;
  readonly newest: string;
  readonly shown: string;
}

/** Pods read theirs every half second. */
const SHOWN_WITHIN_MS = 20_000;
const POLL_MS = 100;

/** The certificates of all pods, once each shows its newest one; after 20 s as they are. */
export function certificatesShown(echo: LocalEcho, signal: AbortSignal): Promise<ShownCertificate[]> {
  const untilMs = performance.now() + SHOWN_WITHIN_MS;
  return Promise.all(
    echo.pods.map(async (pod) => {
      while (true) {
        const certificate = { pod: pod.name, newest: pod.certificate.serialNumber, shown: await serialNumberOf(pod) };
        if (certificate.shown === certificate.newest || performance.now() > untilMs) return certificate;
        await delay(POLL_MS, undefined, { signal });
      }
    }),
  );
}

async function serialNumberOf({ ip, grpcPort, certificate: { folder } }: EchoPod): Promise<string> {
  const files = ["key.pem", "cert-chain.pem", "root-cert.pem"].map((name) => readFile(join(folder, name)));
  const [key, cert, ca] = await Promise.all(files);
  // A workload's certificate names no host, but its SPIFFE ID.
  const options = { key, cert, ca, ALPNProtocols: ["h2"], checkServerIdentity: () => undefined };
  const socket = connect({ host: ip, port: grpcPort, ...options });
  try {
    await once(socket, "secureConnect");
    return socket.getPeerCertificate().serialNumber;
  } finally {
    socket.destroy();
  }
}
