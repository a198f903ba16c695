import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { Metadata, status } from "@grpc/grpc-js";
import { EchoTestService, ForwardEchoRequestSchema, serviceClient } from "@grpc-lb-lab/proto";
import { createClient, loadClientConfig } from "@grpc-lb-lab/rpc";

/** One request of those that an echo pod forwarded, as its lines tell. */
export interface ForwardedCall {
  readonly hostname: string;
  readonly version: string;
  /** By which the server knows the caller, where the connection is mutual TLS. */
  readonly callerSpiffeId: string | undefined;
}

/** How a ForwardEcho ended: all requests were answered, or one was not, which fails the call. */
export type Forwarded =
  | { readonly calls: readonly ForwardedCall[]; readonly error?: undefined }
  | { readonly calls: readonly []; readonly error: string };

/** For all requests of a ForwardEcho together, in ms; Istio's default is 5 s. */
const TIMEOUT_MS = 60_000;

/** Has the echo pod at `address` (`host:port`) send requests and says what came back. Rejects when the pod itself cannot be reached, or `signal` aborts. */
export async function forwardEcho(
  address: string,
  request: MessageInitShape<typeof ForwardEchoRequestSchema>,
  signal: AbortSignal,
): Promise<Forwarded> {
  const client = await createClient(loadClientConfig({ BACKEND_TARGET: address }), { withoutHttpProxy: true });
  const { forwardEcho: forward } = serviceClient(EchoTestService, client);
  const message = create(ForwardEchoRequestSchema, { timeoutMicros: BigInt(TIMEOUT_MS) * 1_000n, ...request });
  try {
    return await new Promise((resolve, reject) => {
      const call = forward(
        message,
        new Metadata(),
        { deadline: Date.now() + TIMEOUT_MS + 5_000 },
        (error, response) => {
          if (error === null) resolve({ calls: (response?.output ?? []).map(parseOutput) });
          // Istio's echo fails so when a request did.
          else if (error.code === status.UNKNOWN) resolve({ calls: [], error: error.details });
          else reject(signal.aborted ? signal.reason : error);
        },
      );
      signal.addEventListener("abort", () => call.cancel(), { once: true });
    });
  } finally {
    client.close();
  }
}

function parseOutput(output: string): ForwardedCall {
  const field = (name: string) => new RegExp(`^\\[\\d+ body\\] ${name}=(.*)$`, "m").exec(output)?.[1];
  const [hostname = "", version = "", callerSpiffeId] = ["Hostname", "ServiceVersion", "PeerSpiffe"].map(field);
  return { hostname, version, callerSpiffeId };
}
