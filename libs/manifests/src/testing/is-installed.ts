import { spawnSync } from "node:child_process";

/** Whether a program is on the PATH; it is run with `--help`. */
export function isInstalled(program: string): boolean {
  return spawnSync(program, ["--help"], { stdio: "ignore" }).error === undefined;
}
