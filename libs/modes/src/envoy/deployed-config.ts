import { yamlText } from "../yaml-text.ts";
import { type BackendSettings, staticBootstrap } from "./static-bootstrap.ts";

const ABOUT = `# Written by make generate from libs/modes/src/envoy, as the local stage and the containers stage configure their Envoy, too:
# static-bootstrap.ts says what Envoy does, limits.ts why each limit is as it is.
`;

/** Of every address of both families, which a cluster has one of, or both. */
const EVERYWHERE = "::";

/**
 * `envoy.yaml` as the overlay and the chart deploy it: on every address, with the cluster's DNS, without retries, and with no more of the admin
 * interface than probes and figures need.
 * @param others - what is otherwise.
 */
export function deployedConfig(others: Partial<BackendSettings> = {}): string {
  const bootstrap = staticBootstrap({
    listener: { host: EVERYWHERE, port: 50_051 },
    admin: { host: EVERYWHERE, port: 9_901, allowPaths: ["/ready", "/stats", "/clusters"] },
    backend: { name: "backend-headless", port: 50_051, isShort: true },
    dnsRefreshMs: 5_000,
    proxyRetries: undefined,
    ...others,
  });
  return `${ABOUT}${yamlText(inSnakeCase(bootstrap))}`;
}

/** The fields of messages as Envoy's documentation writes them; `@type` and the names of extensions as they are. */
function inSnakeCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inSnakeCase);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, one]) => [
    /^[a-z]\w*$/i.test(key) ? key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) : key,
    inSnakeCase(one),
  ]);
  return Object.fromEntries(entries);
}
