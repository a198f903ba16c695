import { deployedConfig } from "./deployed-config.ts";

/** The overlay's configuration and the chart's, which puts its namespace into it. */
export function deployedFiles(): Readonly<Record<string, string>> {
  const config = deployedConfig();
  return {
    "deploy/kustomize/components/nginx-proxy/nginx.conf": config,
    "deploy/helm/grpc-lb-lab/files/nginx.conf": config,
  };
}
