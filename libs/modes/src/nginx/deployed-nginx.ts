import { type AskedOfProxy, type DeployedProxy, InputError, type ProxySettings } from "@grpc-lb-lab/stage-api";
import { deployedFile } from "../between/deployed-file.ts";
import { ofVersions } from "../between/of-versions.ts";
import { rulesIn } from "../between/rules-in.ts";
import { deployedConfig } from "./deployed-config.ts";
import type { Upstream } from "./nginx-conf.ts";
import { program } from "./program.ts";
import { refusal } from "./refusal.ts";
import { VARIANTS, variantTraits } from "./variants.ts";

const NGINX = "nginx";
const FILE = "nginx.conf";
const CONF = "deploy/kustomize/components/nginx-proxy/nginx.conf";

/**
 * The Deployment `nginx` of a cluster. What it knows of pods, nginx tells nobody: its API is in the commercial one alone. Nothing restarts it before a run,
 * which `static` variants need: docs/nginx.md.
 */
export const deployedNginx: DeployedProxy = {
  deployment: NGINX,
  program,
  retriesRemedy: "nginx sends no call again that it has sent",
  variantRemedy: `write the server line of ${CONF} without resolve, and without its zone for static, and deploy it`,
  workersRemedy: `set worker_processes in ${CONF} and deploy it`,
  settings: async (cluster) => nginxSettings(await deployedFile(cluster, NGINX, FILE)),
  rulesFile: { name: FILE, withRules, refusal },
};

const UNITS_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * What an `nginx.conf` sets.
 * @throws {InputError} where it leaves the number of workers to the machine.
 */
export function nginxSettings(conf: string): ProxySettings {
  const lines = conf.replace(/#.*/g, "");
  const resolves = /\sserver\s[^;{]*\sresolve\s*;/.test(lines);
  const zone = /\szone\s/.test(lines);
  const [, valid, unit = ""] = /\sresolver\s[^;]*\svalid=(\d+)([smhd]?)[\s;]/.exec(lines) ?? [];
  return {
    dnsRefreshMs: resolves && valid !== undefined ? Number(valid) * (UNITS_MS[unit] ?? 1_000) : undefined,
    retries: 0,
    variant: [undefined, ...VARIANTS].find((variant) => {
      const traits = variantTraits(variant);
      return traits.resolves === resolves && traits.zone === zone;
    }),
    workers: workers(/\sworker_processes\s+([^;\s]+)/.exec(`\n${lines}`)?.[1] ?? "1"),
  };
}

function withRules(deployed: string, asked: AskedOfProxy): string | undefined {
  const rules = rulesIn("nginx", asked.rules);
  if (rules === undefined) return undefined;
  const { workers = 1 } = nginxSettings(deployed);
  const versions = ofVersions(asked, (version) => deployedUpstream(deployed, `backend-${version}-headless`));
  return deployedConfig({ workers, upstream: deployedUpstream(deployed, "backend-headless"), versions, rules });
}

/**
 * Where the nginx of a configuration hears of the pods of a headless Service. Namespace, domain and DNS server are written into it.
 * @throws {InputError} where it says none of them.
 */
function deployedUpstream(conf: string, service: string): Upstream {
  const { variant, dnsRefreshMs } = nginxSettings(conf);
  const { zone } = variantTraits(variant);
  const [, domain] = /\sserver backend-headless(\S*):\d+[ ;]/.exec(conf) ?? [];
  const [, resolver] = /\sresolver (\S+):53[ ;]/.exec(conf) ?? [];
  if (domain === undefined) throw unknown("server");
  const backend = { host: `${service}${domain}`, port: 50_051 };
  if (dnsRefreshMs === undefined) return { zone, resolve: "once", backends: [backend] };
  if (resolver === undefined) throw unknown("resolver");
  return { zone, resolve: "again and again", backend, resolver: { host: resolver, port: 53 }, dnsRefreshMs };
}

function unknown(directive: string): InputError {
  return new InputError(
    `the deployed nginx has no ${directive} as ${CONF} has it, so rules cannot be added; deploy that`,
  );
}

/** By `auto` nginx has a worker for each processor, and nothing here tells how many that is. */
function workers(asked: string): number {
  if (/^\d+$/.test(asked)) return Number(asked);
  throw new InputError(
    `the deployed nginx has as many workers as its node has processors: set worker_processes in ${CONF} to a number and deploy it`,
  );
}
