import type { NginxRules } from "@grpc-lb-lab/stage-api";
import type { OfVersions } from "../between/of-versions.ts";
import { nginxConf, type Upstream } from "./nginx-conf.ts";

/** The namespace that the overlay has, and the configuration names; the chart puts its own in its place. */
export const OVERLAY_NAMESPACE = "lab-nginx";

const ABOUT = `# Written by make generate from libs/modes/src/nginx, as the local stage and the containers stage configure their nginx, too:
# nginx-conf.ts says what nginx does, limits.ts why each limit is as it is. The names of the Service and of the cluster's DNS are for the namespace
# ${OVERLAY_NAMESPACE}, the cluster domain cluster.local, and kube-dns, as CoreDNS's Service is called, too: nginx reads no resolv.conf.
`;

/** Of every address of both families, which a cluster has one of, or both. */
const EVERYWHERE = "::";

/** What the overlay's nginx can be told otherwise. */
export interface DeployedNginx {
  readonly workers: number;
  readonly upstream: Upstream;
  readonly versions?: OfVersions<Upstream> | undefined;
  readonly rules?: NginxRules | undefined;
}

const AS_DEPLOYED: DeployedNginx = {
  workers: 1,
  upstream: {
    zone: true,
    resolve: "again and again",
    backend: { host: `backend-headless.${OVERLAY_NAMESPACE}.svc.cluster.local`, port: 50_051 },
    resolver: { host: "kube-dns.kube-system.svc.cluster.local", port: 53 },
    dnsRefreshMs: 5_000,
  },
};

/** `nginx.conf` as the overlay deploys it, and the chart but for its namespace: on every address, with the cluster's DNS. */
export function deployedConfig(settings = AS_DEPLOYED): string {
  const conf = nginxConf({
    listener: { host: EVERYWHERE, port: 50_051 },
    admin: { host: EVERYWHERE, port: 8_080 },
    folder: "/run/nginx",
    ...settings,
  });
  return `${ABOUT}${conf}`;
}
