import type { Address, HaproxyRules } from "@grpc-lb-lab/stage-api";
import { type OfVersions, podGroups } from "../between/of-versions.ts";
import { CHECK, GLOBAL, KEEPALIVE, RETRY, SLOTS, TIMEOUTS } from "./limits.ts";
import { NO_REDISPATCH } from "./variants.ts";

/** What HAProxy is to do with calls, and where it hears of pods. */
export interface BackendSettings {
  /** The headless Service's full name, for HAProxy completes none (`search` of resolv.conf), and the pods' gRPC port. */
  readonly backend: { readonly name: string; readonly port: number };
  /** Likewise the names of the headless Services of each version; default: there are none. */
  readonly versions?: OfVersions<string> | undefined;
  /** The DNS server that is asked; default: those of resolv.conf. */
  readonly resolver?: Address | undefined;
  /** How often it is asked. */
  readonly dnsRefreshMs: number;
  /** Further attempts of a call that fails before its response has begun; default: none, but for a call that could not be sent. */
  readonly proxyRetries: number | undefined;
  /** One of {@link VARIANTS}; default: the mode's own. */
  readonly proxyVariant?: string | undefined;
  /** Threads; default 1. */
  readonly proxyWorkers?: number;
  /** Traffic rules; default none. */
  readonly rules?: HaproxyRules | undefined;
}

/** What the configuration depends on. */
export interface HaproxyOptions extends BackendSettings {
  /** Where clients call. */
  readonly listener: Address;
  /** Where its figures and its health are. */
  readonly admin: Address;
}

/** `haproxy.cfg`: a listener for HTTP/2, the addresses of each headless Service in the slots of a `server-template`, and the admin port. */
export function haproxyConfig(options: HaproxyOptions): string {
  const { backend, versions, listener, admin, proxyWorkers = 1, rules = NO_RULES } = options;
  const groups = podGroups(backend.name, versions);
  const sections = [
    // By default as many threads as the machine has processors, each with connections of its own to every pod.
    ["global", `nbthread ${proxyWorkers}`, ...settings(GLOBAL)],
    [
      "defaults",
      "mode http",
      ...settings(TIMEOUTS),
      // One connection to each pod, which calls of all clients share.
      "http-reuse always",
      ...retries(options),
      ...settings(KEEPALIVE),
    ],
    [
      "resolvers dns",
      nameserver(options.resolver),
      // DNS is asked so often, whatever the TTL of its answers, and whatever `hold valid` says: that is for other uses of a section.
      `timeout resolve ${options.dnsRefreshMs}ms`,
      "timeout retry 1s",
      // By default an answer of more than 512 bytes is cut, and HAProxy learns of no pod: a question by UDP is not asked again by TCP.
      "accepted_payload_size 8192",
    ],
    [
      "frontend grpc",
      `bind ${bound(listener)} proto h2`,
      ...OWN_ERRORS,
      ...(rules.frontend ?? []),
      "default_backend backend",
    ],
    ...groups.map(([name, dnsName]) => podsSection(name, `${dnsName}:${backend.port}`, rules)),
    [
      "frontend admin",
      `bind ${bound(admin)}`,
      // It takes calls once DNS has told it of a pod.
      "monitor-uri /ready",
      ...groups.map(([name]) => `monitor fail if { nbsrv(${name}) lt 1 }`),
      "http-request return status 200 content-type text/plain string alive if { path /live }",
      "stats enable",
      "stats uri /stats",
      // The pods' addresses, too.
      "stats show-legends",
    ],
  ];
  const own = sections.map(([title, ...lines]) => `${title}\n${lines.map((line) => `  ${line}\n`).join("")}`);
  return [...own, ...(rules.sections ?? []).map((section) => `${section}\n`)].join("\n");
}

const NO_RULES: HaproxyRules = { dialect: "HAProxy" };

/** What rules say of retries and times takes the place of what the section `defaults` has; of `balance` a section has one. */
function podsSection(name: string, address: string, { backend = [], serverParameters = [] }: HaproxyRules): string[] {
  const { interMs, fall, rise } = CHECK;
  const parameters = [
    // Without `proto h2` calls go to the pods as HTTP/1.1, which no gRPC server speaks. Without `init-addr none` it does not start before DNS has an answer.
    "proto h2 resolvers dns resolve-prefer ipv4 init-addr none",
    `check inter ${interMs}ms fall ${fall} rise ${rise}`,
    ...serverParameters,
  ];
  const isBalanced = backend.some((line) => /^\s*balance\s/.test(line));
  return [
    `backend ${name}`,
    ...(isBalanced ? [] : ["balance roundrobin"]),
    ...backend,
    `server-template pod ${SLOTS} "${address}" ${parameters.join(" ")}`,
  ];
}

/**
 * A failure of HAProxy's own is UNAVAILABLE without a body. By default it is a page of HTML under its status of HTTP: clients make UNAVAILABLE of that, but as
 * a response has begun (gRFC A6), they do not try again. Clients want the content type, which HAProxy leaves out where there is no body.
 */
const OWN_ERRORS: readonly string[] = [
  ...[500, 502, 503, 504].map(
    (status) => `http-error status ${status} hdr grpc-status 14 hdr grpc-message "HAProxy: ${status}"`,
  ),
  ...["set-header content-type application/grpc", "set-status 200"].map(
    (change) => `http-after-response ${change} if { status 500:599 } { res.hdr(grpc-status) 14 }`,
  ),
];

function settings(values: Readonly<Record<string, string | number>>): string[] {
  return Object.entries(values).map(([name, value]) => `${name} ${value}`.trimEnd());
}

function nameserver(resolver: Address | undefined): string {
  return resolver === undefined ? "parse-resolv-conf" : `nameserver dns ${resolver.host}:${resolver.port}`;
}

/**
 * A call that cannot be sent, as no connection can be made to its pod, is always tried again: no pod has seen it. Retries that make a crash invisible
 * repeat calls that a pod may have begun, so they must be safe to repeat. Either goes to another pod at once; without `redispatch` it would wait for a
 * second, and go to the same one.
 */
function retries({ proxyRetries = 0, proxyVariant }: HaproxyOptions): string[] {
  const [most, failures] = proxyRetries === 0 ? [RETRY.most, RETRY.unsent] : [proxyRetries, RETRY.unanswered];
  const elsewhere = proxyVariant === NO_REDISPATCH ? [] : ["option redispatch 1"];
  return [`retries ${most}`, `retry-on ${failures}`, ...elsewhere];
}

/** `::` is every address of both families. */
function bound({ host, port }: Address): string {
  return host === "::" ? `:::${port} v4v6` : `${host}:${port}`;
}
