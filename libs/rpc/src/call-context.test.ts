import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, credentials, Metadata, Server, ServerCredentials } from "@grpc/grpc-js";
import { GreeterService, serviceClient } from "@grpc-lb-lab/proto";
import { expect, test } from "vitest";
import type { CallContext } from "./call-context.ts";
import { implement } from "./implement.ts";
import { createLogger } from "./logger.ts";
import { settled } from "./testing/call.ts";
import { testGreeter } from "./testing/test-server.ts";

const SPIFFE_ID = "spiffe://cluster.local/ns/echo/sa/client";

test("a call tells who made it, for whom, and no certificate without TLS", async () => {
  const seen = await seenBy(ServerCredentials.createInsecure(), credentials.createInsecure());
  expect(seen.peer).toMatch(/^127\.0\.0\.1:\d+$/);
  expect([seen.host, seen.certificate]).toEqual(["backend.example:50051", undefined]);
});

test("with mutual TLS a call tells the client's certificate", async () => {
  const { certificate, key } = selfSigned();
  const server = ServerCredentials.createSsl(certificate, [{ private_key: key, cert_chain: certificate }], true);
  const client = credentials.createSsl(certificate, key, certificate, { checkServerIdentity: () => undefined });
  expect((await seenBy(server, client)).certificate?.subjectaltname).toBe(`URI:${SPIFFE_ID}`);
});

async function seenBy(
  serverCredentials: ServerCredentials,
  clientCredentials: ReturnType<typeof credentials.createSsl>,
) {
  let seen: { peer: string; host: string; certificate: CallContext["peerCertificate"] } | undefined;
  const greeter = testGreeter({
    sayHello: (_request, call) => {
      seen = { peer: call.peer, host: call.host, certificate: call.peerCertificate };
      return {};
    },
  });
  const { definition, handlers } = implement(GreeterService, greeter, createLogger("silent"));
  const server = new Server();
  server.addService(definition, handlers);
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", serverCredentials, (error, bound) => (error ? reject(error) : resolve(bound))),
  );
  const client = new Client(`127.0.0.1:${port}`, clientCredentials);
  const call = settled();
  serviceClient(GreeterService, client).sayHello({}, new Metadata(), { host: "backend.example:50051" }, call.callback);
  const end = await call.ended;
  client.close();
  server.forceShutdown();
  if (seen === undefined) throw end;
  return seen;
}

function selfSigned(): { readonly certificate: Buffer; readonly key: Buffer } {
  const folder = mkdtempSync(join(tmpdir(), "rpc-certificate-"));
  try {
    const files = { key: join(folder, "key.pem"), certificate: join(folder, "cert.pem") };
    const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1"];
    const names = ["-subj", "/CN=client", "-addext", `subjectAltName=URI:${SPIFFE_ID}`];
    execFileSync("openssl", [...request, ...names, "-keyout", files.key, "-out", files.certificate], {
      stdio: "ignore",
    });
    return { key: readFileSync(files.key), certificate: readFileSync(files.certificate) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
