import { type Client, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { EchoTestService, type ForwardEchoRequest, serviceClient } from "@grpc-lb-lab/proto";

/** Of `vi.waitFor`: long enough for a busy machine; what is waited for ends the wait. */
export const PATIENT = { timeout: 60_000, interval: 5 };

/** A ForwardEcho request as a plain object. */
export type ForwardFields = Partial<Omit<ForwardEchoRequest, "$typeName" | "headers">> & {
  readonly headers?: readonly { readonly key: string; readonly value: string }[];
};

/** How a ForwardEcho ended. */
export interface ForwardEnd {
  readonly code: status;
  readonly details: string;
  readonly output: readonly string[];
}

/** Makes an Echo call and resolves with the lines of its answer. */
export async function echo(client: Client, message: string, headers: Record<string, string> = {}): Promise<string[]> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  serviceClient(EchoTestService, client).echo({ message }, Metadata.fromHttp2Headers(headers), {}, (error, answer) =>
    error === null && answer !== undefined ? resolve(answer.message) : reject(error),
  );
  return (await promise).split("\n").slice(0, -1);
}

/** Of requests that say nothing of it: longer than Istio's 5 s, as the machine may be busy. */
const TIMEOUT_MICROS = 60_000_000n;

/** Starts a ForwardEcho; `ended` never rejects. */
export function startForward(client: Client, request: ForwardFields) {
  const { promise: ended, resolve } = Promise.withResolvers<ForwardEnd>();
  const settle = (error: ServiceError | null, answer?: { output: string[] }) =>
    resolve({ code: error?.code ?? status.OK, details: error?.details ?? "", output: answer?.output ?? [] });
  const fields = { timeoutMicros: TIMEOUT_MICROS, ...request, headers: [...(request.headers ?? [])] };
  const call = serviceClient(EchoTestService, client).forwardEcho(fields, new Metadata(), {}, settle);
  return { call, ended };
}

/** Makes a ForwardEcho call; never rejects. */
export async function forward(client: Client, request: ForwardFields): Promise<ForwardEnd> {
  return await startForward(client, request).ended;
}

/** The values of a field in outputs: `valuesOf(["[0 body] Hostname=a\n"], "Hostname")` is `["a"]`. */
export function valuesOf(output: readonly string[], field: string): string[] {
  const line = new RegExp(`^(?:\\[\\d+(?: body)?\\] )?${field}=(.*)$`, "gm");
  return output.flatMap((text) => [...text.matchAll(line)].map(([, value]) => value ?? ""));
}
