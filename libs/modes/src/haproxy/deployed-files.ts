import { deployedConfig } from "./deployed-config.ts";

/** The overlay's configuration and the chart's, which are the same. */
export function deployedFiles(): Readonly<Record<string, string>> {
  const config = deployedConfig();
  return {
    "deploy/kustomize/components/haproxy-proxy/haproxy.cfg": config,
    "deploy/helm/grpc-lb-lab/files/haproxy.cfg": config,
  };
}
