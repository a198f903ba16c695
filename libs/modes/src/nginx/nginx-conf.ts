import type { Address, NginxRules } from "@grpc-lb-lab/stage-api";
import { formatAddress } from "../between/format-address.ts";
import { type OfVersions, podGroups } from "../between/of-versions.ts";
import { CALL, CLIENT_SIDE, EVENTS, POD_SIDE, PROCESS } from "./limits.ts";

/** Where nginx hears of pods, and what it makes of that. */
export type Upstream = {
  /** Whether the state of the picks is shared by all workers (`zone`). */
  readonly zone: boolean;
} & (
  | {
      readonly resolve: "again and again";
      /** The headless Service's full name: nginx completes none (`search` of resolv.conf), and asks no system for it. */
      readonly backend: Backend;
      /** The DNS server that is asked: nginx reads no resolv.conf. As a name it is looked up once, at nginx's start. */
      readonly resolver: Address;
      /** How often it is asked; in whole seconds. */
      readonly dnsRefreshMs: number;
    }
  | {
      readonly resolve: "once";
      /** The headless Service, by a name that nginx looks up at its start as the system says, or its pods as they are then. */
      readonly backends: readonly Backend[];
    }
);

/** A host by its name or numeric address, and the pods' gRPC port. */
type Backend = Address;

/** What the configuration depends on. */
export interface NginxConfOptions {
  /** Where clients call. */
  readonly listener: Address;
  /** Where probes ask for `/ready`. */
  readonly admin: Address;
  /** The absolute path of a folder that nginx may write to. */
  readonly folder: string;
  readonly workers: number;
  readonly upstream: Upstream;
  /** Likewise where it hears of the pods of each version; default: there are none. */
  readonly versions?: OfVersions<Upstream> | undefined;
  /** Traffic rules; default none. */
  readonly rules?: NginxRules | undefined;
}

/** The modules' folders for what they buffer on disk, which nginx makes at its start, used or not; by default where only root may write. */
const TEMP_PATHS = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];

/** The configuration of the one proxy. */
export function nginxConf({ listener, admin, folder, workers, upstream, versions, rules }: NginxConfOptions): string {
  const { http = [], server = [], location = [] } = rules ?? {};
  return `${[
    // Where it runs, whoever started it waits for its end.
    "daemon off;",
    // Not off even where one worker is enough: that is meant for nginx's own developers, and cannot be told to read its configuration again.
    "master_process on;",
    `worker_processes ${workers};`,
    ...directives(PROCESS),
    `pid ${folder}/nginx.pid;`,
    "error_log stderr warn;",
    ...block("events", directives(EVENTS)),
    ...block("http", [
      "access_log off;",
      ...TEMP_PATHS.map((name) => `${name}_temp_path ${folder}/${name};`),
      ...http,
      ...podGroups(upstream, versions).flatMap(([name, group]) =>
        block(`upstream ${name}`, upstreamLines(name, group, rules)),
      ),
      ...block("server", [
        ...listenLines(listener, " so_keepalive=on"),
        "http2 on;",
        ...without(server, directives(CLIENT_SIDE)),
        ...block("location /", [...without(location, ["grpc_pass grpc://backend;", ...directives(CALL)]), ...location]),
        ...asGrpcAnswers(),
        ...server,
      ]),
      ...block("server", [
        ...listenLines(admin),
        ...block("location = /ready", ["return 200;"]),
        ...block("location /", ["return 404;"]),
      ]),
    ]),
  ].join("\n")}\n`;
}

/**
 * An error of nginx's own as gRPC has it, in one block of headers. The page that nginx sends by itself begins a response, and by gRPC's rules a call whose
 * response has begun is not tried again (gRFC A6). Source: https://blog.nginx.org/blog/nginx-1-13-10-grpc, "Responding to Errors".
 */
function asGrpcAnswers(): string[] {
  return [
    "error_page 500 502 503 504 = @unavailable;",
    ...block("location @unavailable", [
      "default_type application/grpc;",
      "add_header grpc-status 14;",
      'add_header grpc-message "nginx got no answer from a pod";',
      "return 200;",
    ]),
  ];
}

/** What picks a pod must come before `keepalive`: https://nginx.org/en/docs/http/ngx_http_upstream_module.html#keepalive */
function upstreamLines(name: string, upstream: Upstream, rules: NginxRules | undefined): string[] {
  const { upstream: asked = [], serverParameters = [] } = rules ?? {};
  const server = (...words: readonly string[]) => `server ${[...words, ...serverParameters].join(" ")};`;
  return [
    ...(upstream.zone ? [`zone ${name} 256k;`] : []),
    ...asked,
    ...(upstream.resolve === "once"
      ? upstream.backends.map((backend) => server(formatAddress(backend)))
      : [...resolverLines(upstream), server(formatAddress(upstream.backend), "resolve")]),
    ...without(asked, directives(POD_SIDE)),
  ];
}

function resolverLines({ resolver, dnsRefreshMs }: Extract<Upstream, { resolve: "again and again" }>): string[] {
  const seconds = Math.max(1, Math.ceil(dnsRefreshMs / 1_000));
  return [
    // Without valid= the TTL of the answer counts, which in a cluster is that of DNS's cache.
    `resolver ${formatAddress(resolver)} valid=${seconds}s;`,
    // How long after no answer, or one of failure, it asks again; by default 30 s.
    `resolver_timeout ${seconds}s;`,
  ];
}

/** Of every address of both families: two sockets would be one too many where the system has but one family. */
function listenLines(address: Address, settings = ""): string[] {
  const everywhere = address.host === "::" ? " ipv6only=off" : "";
  return [`listen ${formatAddress(address)}${everywhere}${settings};`];
}

/** The mode's own directives but for those that rules have, which take their place. */
function without(rules: readonly string[], own: readonly string[]): string[] {
  const names = new Set(rules.map(nameOf));
  return own.filter((line) => !names.has(nameOf(line)));
}

function nameOf(directive: string): string | undefined {
  return /^[^\s;{]+/.exec(directive.trimStart())?.[0];
}

function directives(settings: Readonly<Record<string, string | number>>): string[] {
  return Object.entries(settings).map(([name, value]) => `${name} ${value};`);
}

function block(name: string, lines: readonly string[]): string[] {
  return [`${name} {`, ...lines.map((line) => `    ${line}`), "}"];
}
