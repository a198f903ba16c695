import { createRequire } from "node:module";
import { arch, cpus, release, totalmem, type } from "node:os";
import type { Environment } from "@grpc-lb-lab/measure";

const BYTES_PER_MIB = 1024 * 1024;

/** The machine and the versions that a result was made with. `envoy` is null when none took part. */
export function describeEnvironment(envoy: string | null): Environment {
  return {
    lab: packageVersion("../package.json"),
    node: process.versions.node,
    grpcJs: packageVersion("@grpc/grpc-js/package.json"),
    grpcJsXds: packageVersion("@grpc/grpc-js-xds/package.json"),
    envoy,
    os: `${type()} ${release()} ${arch()}`,
    cpus: cpus().length,
    cpuModel: cpus()[0]?.model.trim() ?? "unknown",
    memoryMiB: Math.round(totalmem() / BYTES_PER_MIB),
  };
}

const require = createRequire(import.meta.url);

function packageVersion(path: string): string {
  return (require(path) as { version: string }).version;
}
