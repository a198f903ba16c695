import type { Random } from "@grpc-lb-lab/measure";
import type { FoundProgram, Program, Timings } from "@grpc-lb-lab/stage-api";
import type { DeploymentContext } from "../deployment/deployment-context.ts";
import type { ChildProcesses } from "./child-processes.ts";
import type { LocalAddresses } from "./local-addresses.ts";

/** What all of a local deployment is made with. */
export interface LocalContext extends DeploymentContext {
  readonly addresses: LocalAddresses;
  readonly children: ChildProcesses;
  readonly timings: Timings;
  readonly random: Random;
  /** Finds a program that is not the lab's own; called only by parts that need one. */
  readonly find: (program: Program) => Promise<FoundProgram>;
}

/** A place where a pod runs. */
export interface PodPlace {
  readonly name: string;
  readonly ip: string;
  readonly zone: string;
  /** Its label `version`. */
  readonly version: string;
}
