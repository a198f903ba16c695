import { answers } from "../deployment/probes.ts";
import { type ReadyProcess, type ReadyProcessOptions, startReadyProcess } from "./ready-process.ts";

/** How a pod's application is started. */
export interface PodProcessOptions extends Omit<ReadyProcessOptions, "what" | "host" | "probe"> {
  readonly name: string;
  /** Where the application listens and serves `/readyz`. */
  readonly admin: { readonly host: string; readonly port: number };
}

/**
 * Starts an application and resolves when its readiness probe succeeds.
 * @throws {InputError} with its last words when it ends or does not become ready in time.
 */
export function startPodProcess({ name, admin, ...options }: PodProcessOptions): Promise<ReadyProcess> {
  const { host, port } = admin;
  return startReadyProcess({ ...options, what: `pod ${name}`, host, probe: answers(`http://${host}:${port}/readyz`) });
}
