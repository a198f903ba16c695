import { InputError } from "@grpc-lb-lab/stage-api";
import type { LocalContext } from "./local-context.ts";
import { startPodProcess } from "./pod-process.ts";
import type { Command } from "./ready-process.ts";

/** What a frontend is told beside the mode's client settings. */
export interface FrontendSettings {
  /** Where its page reaches the stage, to start and stop pods; undefined: nowhere. */
  readonly stageUrl?: string;
  /** Base URLs of frontends whose pages it shows beside its own. */
  readonly compareWith?: readonly string[];
}

/** A running frontend. */
export interface LocalFrontend {
  /** The page and REST, Connect and gRPC-Web. */
  readonly url: string;
  /** `host:port` of its gRPC port. */
  readonly grpcAddress: string;
}

/** Where a deployment's frontend is, or would be. */
export function frontendUrl({ addresses }: LocalContext): string {
  return `http://${addresses.frontend}:${addresses.frontendPort}`;
}

/**
 * Starts the frontend as a client of its mode and resolves when it is ready. It ends with the deployment.
 * @throws {InputError} when it does not become ready.
 */
export async function startFrontend(
  context: LocalContext,
  command: Command | undefined,
  clientEnv: Readonly<Record<string, string>>,
  { stageUrl = "", compareWith = [] }: FrontendSettings,
): Promise<LocalFrontend> {
  if (command === undefined) throw new InputError("this stage knows no frontend: give it a frontendCommand");
  const { addresses, children, mode, signal, timings } = context;
  await startPodProcess({
    name: "frontend",
    command,
    env: {
      ...clientEnv,
      HOST: addresses.frontend,
      HTTP_PORT: String(addresses.frontendPort),
      GRPC_PORT: String(addresses.frontendGrpcPort),
      ADMIN_PORT: String(addresses.adminPort),
      POD_NAME: "frontend",
      MODE: mode,
      PAGE_CONTROLS: "on",
      STAGE_URL: stageUrl,
      COMPARE_WITH: compareWith.join(","),
    },
    admin: { host: addresses.frontend, port: addresses.adminPort },
    children,
    startDeadlineMs: timings.startDeadlineMs,
    signal,
  });
  return { url: frontendUrl(context), grpcAddress: `${addresses.frontend}:${addresses.frontendGrpcPort}` };
}
