import type { PickRule } from "@grpc-lb-lab/stage-api";

/** How many keep the state of a pick, each for itself. */
export function pickers({ scope, workers = 1 }: PickRule, clients: number): number {
  if (scope === "channel") return clients;
  return scope === "worker" ? workers : 1;
}
