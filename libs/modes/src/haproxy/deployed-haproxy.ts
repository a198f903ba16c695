import { type AskedOfProxy, type DeployedProxy, InputError, type ProxySettings } from "@grpc-lb-lab/stage-api";
import { deployedFile } from "../between/deployed-file.ts";
import { everyPodKnows } from "../between/every-pod-knows.ts";
import { ofVersions } from "../between/of-versions.ts";
import { rulesIn } from "../between/rules-in.ts";
import { ADMIN_PORT, deployedConfig, headlessName } from "./deployed-config.ts";
import { RETRY } from "./limits.ts";
import { program } from "./program.ts";
import { refusal } from "./refusal.ts";
import { NO_REDISPATCH } from "./variants.ts";

const HAPROXY = "haproxy";
const FILE = "haproxy.cfg";
const WHERE = "in deploy/kustomize/components/haproxy-proxy/haproxy.cfg and deploy it";

/** Source: https://docs.haproxy.org/2.8/configuration.html#5.3.2-timeout */
const DEFAULT_REFRESH_MS = 1_000;
const KNOWN_PODS = { deployment: HAPROXY, port: ADMIN_PORT, path: "/stats;csv", read: serverAddresses };

/** The Deployment `haproxy` of a cluster. */
export const deployedHaproxy: DeployedProxy = {
  deployment: HAPROXY,
  program,
  retriesRemedy: `set retries, and retry-on ${RETRY.unanswered}, ${WHERE}`,
  variantRemedy: `set or remove option redispatch ${WHERE}`,
  workersRemedy: `set nbthread ${WHERE}`,
  settings: async (cluster) => haproxySettings(await deployedFile(cluster, HAPROXY, FILE)),
  knows: (cluster, addresses) => everyPodKnows(cluster, KNOWN_PODS, addresses),
  rulesFile: { name: FILE, withRules, refusal },
};

function withRules(deployed: string, asked: AskedOfProxy): string | undefined {
  const rules = rulesIn("HAProxy", asked.rules);
  if (rules === undefined) return undefined;
  const { dnsRefreshMs = DEFAULT_REFRESH_MS, retries, variant, workers = 1 } = haproxySettings(deployed);
  const versions = ofVersions(asked, (version) => headlessName(`backend-${version}`));
  const settings = { dnsRefreshMs, proxyRetries: retries, proxyVariant: variant, proxyWorkers: workers };
  return deployedConfig({ ...settings, versions, rules });
}

/**
 * What a `haproxy.cfg` sets.
 * @throws {InputError} where it leaves the number of threads to the machine.
 */
export function haproxySettings(config: string): ProxySettings {
  const lines = config.replace(/#.*/g, "");
  const settingOf = (name: string) => new RegExp(`^[ \\t]*${name}\\b(.*)$`, "m").exec(lines)?.[1]?.trim();
  const repeatsSent = settingOf("retry-on")?.includes("empty-response") === true;
  return {
    dnsRefreshMs: milliseconds(settingOf("timeout resolve") ?? `${DEFAULT_REFRESH_MS}`),
    retries: repeatsSent ? Number(settingOf("retries") ?? RETRY.most) : 0,
    // Without a number, too, calls go to another pod in the end: at their last attempt.
    variant: settingOf("option redispatch") === undefined ? NO_REDISPATCH : undefined,
    workers: threads(settingOf("nbthread")),
  };
}

const UNITS_MS: Readonly<Record<string, number>> = { us: 0.001, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** HAProxy takes a number without a unit for milliseconds. */
function milliseconds(time: string): number {
  const [, unit = ""] = /^\d+(\w*)$/.exec(time) ?? [];
  return Number.parseInt(time, 10) * (UNITS_MS[unit] ?? 1);
}

/** By default HAProxy has a thread for each processor that it may use, and nothing here tells how many that is. */
function threads(asked: string | undefined): number {
  if (asked !== undefined && /^\d+$/.test(asked)) return Number(asked);
  throw new InputError(
    `the deployed HAProxy has as many threads as its node has processors: set nbthread to a number ${WHERE}`,
  );
}

/**
 * The addresses that the slots have in HAProxy's figures as CSV, in order: `10.244.0.7:50051`, `[fd00::7]:50051`. The columns are named in its first line.
 */
export function serverAddresses(csv: string): string[] {
  const [heading = "", ...lines] = csv.replace(/^# /, "").split("\n");
  const columns = heading.split(",");
  const rows = lines.map((line) => Object.fromEntries(line.split(",").map((value, at) => [columns[at], value])));
  const slots = rows.filter(({ pxname, svname }) => pxname === "backend" && svname !== "BACKEND");
  const hosts = slots.flatMap(({ addr = "" }) => /^\[?(.+?)\]?:\d+$/.exec(addr)?.[1] ?? []);
  return hosts.toSorted();
}
