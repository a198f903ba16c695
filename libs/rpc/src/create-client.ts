import { type ChannelCredentials, type ChannelOptions, Client, credentials } from "@grpc/grpc-js";
import type { ClientConfig } from "./client-config.ts";
import { explainProxy } from "./explain-proxy.ts";
import { keepaliveOptions } from "./keepalive.ts";
import { serviceConfig } from "./service-config.ts";
import { parseTarget, type TargetScheme } from "./target.ts";
import { registerXdsScheme } from "./xds-scheme.ts";

/** What a client does beyond its configuration. */
export interface CreateClientOptions {
  /**
   * Whether the client keeps connections of its own. Default false: grpc-js shares connections between all clients of a process that
   * have the same target and options, so that a second client changes nothing (`grpc.use_local_subchannel_pool`).
   */
  readonly ownConnections?: boolean;
  /** Whether to connect without an HTTP proxy of the environment, as to an address of this machine (`grpc.enable_http_proxy`). Default false. */
  readonly withoutHttpProxy?: boolean;
}

/**
 * Opens a client on a channel as `config` describes it, without TLS unless xDS brings it. The channel connects with its first call. The
 * scheme of the target decides which resolver is loaded: `xds:` (grpc-js-xds), `kubernetes:` (kube-resolver), else grpc-js's own; policies that grpc-js lacks
 * are loaded for clients that ask for them (lb-policies). Where an HTTP proxy of the
 * environment comes between, failures say so.
 */
export async function createClient(config: ClientConfig, options: CreateClientOptions = {}): Promise<Client> {
  const { scheme } = parseTarget(config.target);
  if (asksForOwnPolicy(config)) (await import("@grpc-lb-lab/lb-policies")).register();
  return new Client(config.target, await prepareScheme(scheme), {
    ...channelOptions(config, options),
    // grpc-js reads the process's environment, whatever the configuration was read from.
    interceptors: options.withoutHttpProxy ? [] : explainProxy(config.target, process.env),
  });
}

/** The grpc-js channel options that `config` stands for. */
export function channelOptions(
  config: ClientConfig,
  { ownConnections = false, withoutHttpProxy = false }: CreateClientOptions = {},
): ChannelOptions {
  return {
    "grpc.dns_min_time_between_resolutions_ms": config.dnsMinIntervalMs,
    ...policyOptions(config),
    ...keepaliveOptions(config.keepaliveMs),
    // Pings also while no call is under way: the next one is then not the first to find the connection dead.
    ...(config.keepaliveMs > 0 ? { "grpc.keepalive_permit_without_calls": 1 } : {}),
    ...(ownConnections ? { "grpc.use_local_subchannel_pool": 1 } : {}),
    ...(withoutHttpProxy ? { "grpc.enable_http_proxy": 0 } : {}),
  };
}

/**
 * The xds resolver brings a service config and a config selector of its own, which replace policy and retries of the channel
 * (grpc-js-xds `resolver-xds`, gRFC A27 and A44): a service config given here would look effective and be none.
 */
function policyOptions(config: ClientConfig): ChannelOptions {
  if (parseTarget(config.target).scheme === "xds") return {};
  return {
    "grpc.service_config": JSON.stringify(serviceConfig(config)),
    // The environment says what the policy is; a TXT record must not change it.
    "grpc.service_config_disable_resolution": 1,
  };
}

/** Whether the service config names a policy of lb-policies anywhere, be it as the child of another. xDS's service config replaces this one. */
function asksForOwnPolicy(config: ClientConfig): boolean {
  const { "grpc.service_config": text = "" } = policyOptions(config);
  return /"(least_request|least_request_experimental|peak_ewma)":/.test(text);
}

/** Loads what a scheme needs, once per process, and gives the credentials that go with it. */
async function prepareScheme(scheme: TargetScheme): Promise<ChannelCredentials> {
  if (scheme === "xds") return registerXdsScheme();
  if (scheme === "kubernetes") (await import("@grpc-lb-lab/kube-resolver")).register();
  return credentials.createInsecure();
}
