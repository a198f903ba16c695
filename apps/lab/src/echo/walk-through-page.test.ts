import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { expect, it, onTestFinished } from "vitest";
import { REPOSITORY_ROOT } from "../repository-root.ts";
import { freePort } from "../testing/free-port.ts";
import { LabProcess } from "../testing/lab-process.ts";

const run = promisify(execFile);
const page = await readFile(join(REPOSITORY_ROOT, "docs/proxyless-walk-through.md"), "utf8");

/** A command of the page, and what it shows below it. */
interface Shown {
  readonly command: string;
  readonly output: string | undefined;
}

const [start, ...commands] = [...page.matchAll(/```sh\n(.*?)\n```(?:\n\n```text\n(.*?)\n```)?/gs)].map(
  ([, command = "", output]): Shown => ({ command, output }),
);

/** The tools that readers are told to have; and `npx`, which would look for `lab` in the registry outside the repository. */
const path = [join(REPOSITORY_ROOT, "node_modules/.bin"), process.env.LAB_ECHO_TOOLS, process.env.PATH].join(delimiter);
const env = { ...process.env, PATH: path };
const missing = await run("bash", ["-c", "type grpcurl jq"], { env }).then(
  () => "",
  ({ stderr }: { stderr: string }) => stderr.match(/grpcurl|jq/g)?.join(", ") ?? stderr,
);

// In CI they must be there.
it.skipIf(missing !== "" && process.env.CI === undefined)(
  `docs/proxyless-walk-through.md: every command does what the page shows${missing === "" ? "" : ` (missing: ${missing})`}`,
  async () => {
    expect(start?.command).toBe("npx lab up proxyless --app echo");
    const [forwardPort, rulesPort] = [await freePort(), await freePort()];
    const ports = ["--forward-port", String(forwardPort), "--rules-port", String(rulesPort)];
    const up = new LabProcess(["up", "proxyless", "--app", "echo", ...ports]);
    onTestFinished(() => up.kill("SIGKILL"));
    await up.says("Ctrl-C ends it.");
    expect(commands.length).toBeGreaterThan(5);
    for (const { command: asShown, output } of commands) {
      // Readers have the usual ports; another lab of this machine may have them now.
      const command = asShown
        .replace(":17171", `:${forwardPort}`)
        .replace("lab apply", `lab apply --rules-port ${rulesPort}`);
      const said = await run("bash", ["-c", command], { cwd: REPOSITORY_ROOT, env, timeout: 60_000 }).then(
        ({ stdout }) => stdout,
        ({ stderr }: { stderr: string }) => stderr,
      );
      expect(`${command}\n${said.trimEnd()}`).toMatch(shown(command, output ?? ""));
    }
    up.kill("SIGINT");
    expect((await up.ended).status).toBe(0);
  },
);

/** Counts differ from run to run, as does which pod comes first; `…` stands for anything. */
function shown(command: string, output: string): RegExp {
  const literal = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const lines = output.split("\n").map((line) => {
    const pattern = literal(line).replaceAll("…", "[^]*");
    return command.includes("uniq -c")
      ? pattern.replace(/^ +\d+/, " +\\d+")
      : pattern.replace(/echo-v[12]$/, "echo-v[12]");
  });
  return new RegExp(`^${literal(command)}\n${lines.join("\n")}$`);
}
