import { join } from "node:path";
import type { NginxRules, ProxyProgram } from "@grpc-lb-lab/stage-api";
import type { OfVersions } from "../between/of-versions.ts";
import { nginxConf, type Upstream } from "./nginx-conf.ts";
import { program } from "./program.ts";

const CONF = "nginx.conf";

/** What nginx between is to do. */
export interface NginxSettings {
  readonly workers: number;
  /** Asked when nginx starts: then the first pods are there. */
  readonly upstreams: () => Upstreams;
  /** Whether it asks DNS again and again. */
  readonly refreshesDns: boolean;
  /** Traffic rules; undefined: none. */
  readonly rules: NginxRules | undefined;
}

/** Where nginx hears of pods: of all, and of those of each version where there are two. */
export interface Upstreams {
  readonly upstream: Upstream;
  readonly versions?: OfVersions<Upstream> | undefined;
}

/** nginx as the one proxy between. */
export function nginxBetween({ workers, upstreams, refreshesDns, rules }: NginxSettings): ProxyProgram {
  return {
    ...program,
    image: program.name,
    readiness: { by: "admin", path: "/ready" },
    refreshesDns,
    run: ({ folder, ...place }) => ({
      args: nginxArguments(folder, join(folder, CONF)),
      files: { [CONF]: nginxConf({ ...place, folder, workers, rules, ...upstreams() }) },
    }),
  };
}

/**
 * nginx's command line for a configuration and a folder that it may write to. What goes wrong before the configuration is read would go to a file where
 * only root may write.
 */
export function nginxArguments(folder: string, conf: string): string[] {
  return ["-e", "stderr", "-p", folder, "-c", conf];
}
