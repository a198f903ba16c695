import { type BackendSettings, haproxyConfig } from "./haproxy-config.ts";

const ABOUT = `# Written by make generate from libs/modes/src/haproxy, as the local stage and the containers stage configure their HAProxy, too:
# haproxy-config.ts says what HAProxy does, limits.ts why each limit is as it is.
`;

/** Of every address of both families, which a cluster has one of, or both. */
const EVERYWHERE = "::";
/** Where HAProxy's figures usually are. */
export const ADMIN_PORT = 8_404;

/**
 * `haproxy.cfg` as the overlay and the chart deploy it: on every address, with the cluster's DNS, and with HAProxy's own retries alone. The environment
 * says the namespace, and the cluster's domain where it is not the usual one: HAProxy completes no short name.
 * @param others - what is otherwise.
 */
export function deployedConfig(others: Partial<BackendSettings> = {}): string {
  const config = haproxyConfig({
    listener: { host: EVERYWHERE, port: 50_051 },
    admin: { host: EVERYWHERE, port: ADMIN_PORT },
    backend: { name: headlessName("backend"), port: 50_051 },
    dnsRefreshMs: 5_000,
    proxyRetries: undefined,
    ...others,
  });
  return `${ABOUT}${config}`;
}

/** The full name of the headless Service of a group of pods, which HAProxy completes from its environment. */
export function headlessName(group: string): string {
  return `${group}-headless.\${POD_NAMESPACE}.svc.\${CLUSTER_DOMAIN-cluster.local}`;
}
