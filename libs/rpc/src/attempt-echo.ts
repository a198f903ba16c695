import { Metadata, type MetadataValue, ServerInterceptingCall, type ServerInterceptor } from "@grpc/grpc-js";
import { ENVOY_ATTEMPT_KEY, PREVIOUS_ATTEMPTS_KEY } from "./attempts.ts";

const KEYS = [PREVIOUS_ATTEMPTS_KEY, ENVOY_ATTEMPT_KEY] as const;

/**
 * Sends the attempt counts that a request carried back in the response's initial metadata, or in the trailers of a call that ends
 * without any, so that a client learns how often gRPC or a proxy tried (see `readAttempts`).
 */
export const attemptEcho: ServerInterceptor = (_method, next) => {
  let told: [string, MetadataValue][] = [];
  let sent = false;
  return new ServerInterceptingCall(next, {
    start: (start) =>
      start({
        onReceiveMetadata: (metadata, proceed) => {
          told = countsIn(metadata);
          proceed(metadata);
        },
      }),
    sendMetadata: (metadata, proceed) => {
      sent = true;
      for (const [key, value] of told) metadata.set(key, value);
      proceed(metadata);
    },
    sendStatus: (status, proceed) => {
      if (sent || told.length === 0) return proceed(status);
      const metadata = status.metadata ?? new Metadata();
      for (const [key, value] of told) metadata.set(key, value);
      proceed({ ...status, metadata });
    },
  });
};

function countsIn(metadata: Metadata): [string, MetadataValue][] {
  return KEYS.flatMap((key) =>
    metadata
      .get(key)
      .slice(0, 1)
      .map((value): [string, MetadataValue] => [key, value]),
  );
}
