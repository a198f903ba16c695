import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe } from "vitest";

const BINARIES = fileURLToPath(new URL("../../../../node_modules/.bin", import.meta.url));
const folders = [process.env.LAB_ECHO_TOOLS ?? "", ...(process.env.PATH ?? "").split(delimiter), BINARIES];

/** The path of a program in the folder LAB_ECHO_TOOLS, on the PATH, or among the installed packages; undefined where there is none. */
export function findTool(name: string): string | undefined {
  const paths = folders.filter((folder) => folder !== "").map((folder) => join(folder, name));
  return paths.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Tests that need a program; where it is missing they are skipped, and the title says why. */
export function withTool(
  name: string,
  title: string,
  tests: (run: (...args: string[]) => Promise<ToolEnd>) => void,
): void {
  const path = findTool(name);
  const reason = path === undefined ? ` (skipped: no ${name} in LAB_ECHO_TOOLS or on the PATH)` : "";
  describe.skipIf(path === undefined)(title + reason, () => tests((...args) => runTool(path ?? "", args)));
}

/** How a program ended. */
export interface ToolEnd {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end; never rejects because of its exit code. */
async function runTool(path: string, args: readonly string[]): Promise<ToolEnd> {
  const run = promisify(execFile)(path, args, { timeout: 60_000, maxBuffer: 64 * 2 ** 20 });
  return await run.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
}
