import { deployedConfig } from "./deployed-config.ts";

/** The overlay's configuration and the chart's, which are the same. */
export function deployedFiles(): Readonly<Record<string, string>> {
  const config = deployedConfig();
  return {
    "deploy/kustomize/components/envoy-proxy/envoy.yaml": config,
    "deploy/helm/grpc-lb-lab/files/envoy.yaml": config,
  };
}
