import { once } from "node:events";
import type { LocalEcho } from "@grpc-lb-lab/stage";
import type { CommandContext } from "../command-context.ts";
import { print } from "../print.ts";
import { say } from "../say.ts";
import { FORWARDED_PORT, RULES_PORT } from "./rules-address.ts";
import { serveRules } from "./rules-server.ts";
import { startEcho } from "./start-echo.ts";

/** Flags of `lab up` that go with `--app echo`. */
export interface EchoUpFlags {
  readonly rulesPort?: number;
  readonly forwardPort?: number;
}

/** Leaves echo v1 and v2 running until Ctrl-C, with a port forwarded to v1 and rules taken from `lab apply`. */
export async function echoUp(flags: EchoUpFlags, { signal }: CommandContext): Promise<void> {
  const { rulesPort = RULES_PORT, forwardPort = FORWARDED_PORT } = flags;
  say("starting echo v1 and v2");
  await using echo = await startEcho(signal);
  await using _forwarded = await echo.forward(forwardPort);
  await using _rules = await serveRules(echo, rulesPort, signal);
  print(howToTryEcho(echo, forwardPort, rulesPort));
  if (!signal.aborted) await once(signal, "abort");
}

function howToTryEcho({ target, pods }: LocalEcho, forwardPort: number, rulesPort: number): string {
  const rulesFlag = rulesPort === RULES_PORT ? "" : ` --rules-port ${rulesPort}`;
  return [
    "\nEcho is up under proxyless.",
    `  target   ${target}`,
    ...pods.map(
      ({ name, ip, grpcPort, plainAddress, httpAddress, adminAddress }) =>
        `  ${name.padEnd(8)} xDS ${ip}:${grpcPort}, gRPC ${plainAddress}, http://${httpAddress}, admin http://${adminAddress}/metrics`,
    ),
    `  forwarded: localhost:${forwardPort} to ${pods[0]?.name}`,
    "",
    "Try it from another terminal (docs/proxyless-walk-through.md has all steps):",
    `  grpcurl -plaintext -d '{"url": "${target}", "count": 5}' :${forwardPort} proto.EchoTestService/ForwardEcho`,
    `  npx lab apply${rulesFlag} deploy/istio/walkthrough/weights-20-80.yaml`,
    "",
    "Ctrl-C ends it.",
    "",
  ].join("\n");
}
