import { balancerOf } from "@grpc-lb-lab/modes";
import { agedConnections } from "./aged-connections.ts";
import type { Observation } from "./observation.ts";
import { pickers } from "./pickers.ts";

/** Every picker rotates by itself, and begins anew when a connection that aged leaves its rotation; who has a connection for each call rotates over pods. */
export function rotations(observation: Observation): number {
  const { path, knobs } = observation;
  const { pick, connection } = balancerOf(path);
  return pickers(pick, knobs.clients) + (connection.multiplexes ? agedConnections(observation) : 0);
}
