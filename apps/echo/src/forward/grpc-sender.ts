import { type Client, Metadata } from "@grpc/grpc-js";
import { type EchoResponse, EchoTestService, serviceClient } from "@grpc-lb-lab/proto";
import { type ClientConfig, callDeadline, createClient } from "@grpc-lb-lab/rpc";
import { formatGoDuration } from "../go-duration.ts";
import { bodyLines, requestField } from "../output-lines.ts";
import { connectChannel } from "./connect-channel.ts";
import type { ForwardPlan } from "./forward-plan.ts";
import type { ForwardTarget } from "./forward-target.ts";
import { refusal } from "./refusal.ts";
import { rpcError } from "./rpc-error.ts";
import type { Sender } from "./sender.ts";

/** What grpc-go leaves out silently when it is given as a header: gRPC sets it itself. */
const RESERVED =
  /^(?::.*|content-type|user-agent|te|grpc-(?:message-type|encoding|message|status|timeout|status-details-bin))$/;
/** The forwarder's own timer ends the requests; the deadline that the server is told comes after it. */
const DEADLINE_SLACK_MS = 1_000;

interface Answered {
  readonly answer: EchoResponse;
  readonly headers: Metadata;
}

/**
 * Calls Echo at a gRPC target, on one connection for all requests (those of a channel of its own) or a new one for each.
 * @throws {StatusError} UNKNOWN when a header cannot be sent.
 */
export async function grpcSender(
  plan: ForwardPlan,
  { target, lbPolicy }: ForwardTarget & { kind: "grpc" },
): Promise<Sender> {
  const metadata = metadataOf(plan);
  const config: ClientConfig = {
    target,
    lbPolicy,
    deadlineMs: plan.timeoutMs + DEADLINE_SLACK_MS,
    retry: { kind: "off" },
    keepaliveMs: 0,
    dnsMinIntervalMs: 30_000,
    serviceConfig: {},
  };
  const options = { deadline: callDeadline(config), ...(plan.host === undefined ? {} : { host: plan.host }) };
  const open = () => createClient(config, { ownConnections: true });
  const shared = plan.newConnectionPerRequest ? undefined : await open();
  return {
    async connect(signal) {
      if (shared !== undefined) await connectChannel(shared, signal);
    },
    async send(id, signal, activeRequests) {
      const client = shared ?? (await open());
      try {
        const beganMs = performance.now();
        const answered = await callEcho(client, plan.message, { metadata, options, signal });
        const latency = formatGoDuration(performance.now() - beganMs);
        return requestField(id, "Latency", latency) + outputOf(id, answered, activeRequests());
      } finally {
        if (client !== shared) client.close();
      }
    },
    [Symbol.dispose]: () => shared?.close(),
  };
}

function metadataOf({ headers }: ForwardPlan): Metadata {
  const metadata = new Metadata();
  for (const { key, value } of headers) {
    const name = key.toLowerCase();
    if (RESERVED.test(name)) continue;
    try {
      metadata.add(name, name.endsWith("-bin") ? Buffer.from(value) : value);
    } catch (error) {
      throw refusal(`header ${JSON.stringify(key)}: ${(error as Error).message}`);
    }
  }
  return metadata;
}

interface EchoCall {
  readonly metadata: Metadata;
  readonly options: { readonly deadline: number; readonly host?: string };
  readonly signal: AbortSignal;
}

async function callEcho(client: Client, message: string, { metadata, options, signal }: EchoCall): Promise<Answered> {
  const { promise, resolve, reject } = Promise.withResolvers<EchoResponse>();
  let headers = new Metadata();
  const { echo } = serviceClient(EchoTestService, client);
  const call = echo({ message }, metadata, options, (error, answer) =>
    error !== null || answer === undefined
      ? reject(error === null ? new Error("no answer") : rpcError(error))
      : resolve(answer),
  );
  call.once("metadata", (received) => {
    headers = received;
  });
  const cancel = () => call.cancel();
  if (signal.aborted) cancel();
  else signal.addEventListener("abort", cancel, { once: true });
  try {
    return { answer: await promise, headers };
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}

function outputOf(id: number, { answer, headers }: Answered, activeRequests: number): string {
  const received = Object.entries(headers.toJSON()).flatMap(([key, values]) =>
    values.map((value) => requestField(id, "ResponseHeader", `${key}:${value}`)),
  );
  return [requestField(id, "ActiveRequests", activeRequests), bodyLines(id, answer.message), ...received].join("");
}
