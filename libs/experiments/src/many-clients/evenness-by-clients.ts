import { evenness } from "@grpc-lb-lab/measure";
import type { Observation } from "../observation.ts";
import { podCalls } from "../share/pod-calls.ts";

/** How even the calls of the first so many clients are. */
export interface EvennessOfClients {
  readonly clients: number;
  readonly evenness: number;
  /** How many of their calls were answered. */
  readonly calls: number;
}

/** Each client has connections of its own. Where clients balance for themselves, or connections are balanced, the first few are as if there were no others. */
export function evennessOfFirst(clients: number, { records, pods }: Observation): EvennessOfClients {
  const calls = podCalls({ records: records.filter(({ client }) => client < clients), pods });
  return { clients, evenness: evenness(calls), calls: calls.reduce((sum, count) => sum + count, 0) };
}

/** The same for 1, 2, 4, … and for all clients. */
export function evennessByClients(observation: Observation): EvennessOfClients[] {
  const { clients } = observation.knobs;
  const doublings = Array.from({ length: Math.ceil(Math.log2(clients)) }, (_, power) => 2 ** power);
  return [...doublings, clients].map((count) => evennessOfFirst(count, observation));
}
