import { once } from "node:events";
import { everyAddress } from "@grpc-lb-lab/http-server";
import { InputError } from "@grpc-lb-lab/stage-api";
import { SERVICE_PORTS, type ServiceName, STATE_PORT } from "./service-names.ts";
import type { ServiceProgram, ServiceSettings } from "./service-program.ts";

const PROGRAMS: Readonly<Record<ServiceName, () => Promise<ServiceProgram>>> = {
  forwarder: async () => (await import("./forwarder.ts")).startForwarder,
  "kube-api": async () => (await import("./kube-api.ts")).startKubeApi,
  "control-plane": async () => (await import("./control-plane.ts")).startControlPlane,
};

/**
 * Serves what stands in for a part of the cluster until `signal` aborts. The environment sets `HOST` (default: every address), `PORT`, `STATE_PORT`
 * (default 9090) and `SEED` (default 1); stdout has a line of JSON for each port and each problem.
 * @throws {InputError} on a wrong environment or a taken port.
 */
export async function serve(name: ServiceName, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<void> {
  const settings = settingsOf(name, env);
  const start = await PROGRAMS[name]();
  await using _service = await start(settings);
  const { host, port, statePort } = settings;
  say({ msg: "listening", host, port, protocol: name });
  say({ msg: "listening", host, port: statePort, protocol: "state" });
  if (!signal.aborted) await once(signal, "abort");
}

function settingsOf(name: ServiceName, env: NodeJS.ProcessEnv): ServiceSettings {
  return {
    host: env.HOST || everyAddress(),
    port: wholeNumber("PORT", env.PORT, SERVICE_PORTS[name], 65_535),
    statePort: wholeNumber("STATE_PORT", env.STATE_PORT, STATE_PORT, 65_535),
    seed: wholeNumber("SEED", env.SEED, 1, 2 ** 32 - 1),
    problem: (problem, refusal) => say({ problem, refusal }),
  };
}

function wholeNumber(name: string, given: string | undefined, byDefault: number, most: number): number {
  if (given === undefined || given === "") return byDefault;
  if (/^\d{1,10}$/.test(given) && Number(given) <= most) return Number(given);
  throw new InputError(`${name} is "${given}"; it must be a whole number from 0 to ${most}`);
}

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
