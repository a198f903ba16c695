import type { ChannelCredentials, ChannelOptions } from "@grpc/grpc-js";

/** What the health service is asked, and how. Everything has a default. */
export interface GrpcHealthOptions {
  /** The service whose health is asked for, such as `greeter.v1.GreeterService`. Default `""`: the server as a whole. */
  readonly service?: string;
  /** Default: no TLS, `credentials.createInsecure()` of grpc-js. */
  readonly credentials?: ChannelCredentials;
  /** More options of the channel. With TLS, `grpc.ssl_target_name_override` names the host that the server's certificate is for. */
  readonly channelOptions?: ChannelOptions;
  /** How long one answer may take: the deadline of each call. Default 1,000. */
  readonly deadlineMs?: number;
  /** The pause between an answer other than SERVING and the next call. Default 100. */
  readonly intervalMs?: number;
}

/**
 * Checks what was given in code.
 * @throws Error naming the port or the option, its value and what is allowed.
 */
export function checkOptions(port: number, options: GrpcHealthOptions): void {
  if (!(Number.isInteger(port) && port > 0 && port < 65_536))
    throw new Error(`testcontainers-grpc: the port is ${port}, but must be a whole number from 1 to 65535`);
  for (const name of ["deadlineMs", "intervalMs"] as const) {
    const value = options[name];
    if (value !== undefined && !(Number.isFinite(value) && value > 0))
      throw new Error(`testcontainers-grpc: option ${name} is ${value}, but must be a number of milliseconds above 0`);
  }
}
