import type { Curve } from "@grpc-lb-lab/measure";
import type { Experiment } from "../experiment.ts";
import { loadSeconds } from "../load-length.ts";
import type { Observation } from "../observation.ts";
import { quantity } from "../quantity.ts";
import { evennessByClients } from "./evenness-by-clients.ts";
import { manyClientsExpectations } from "./many-clients-expectations.ts";

/**
 * A prime greater than any number of pods: calls are made by the clients in turn, and one rotation of all of them by a proxy would otherwise give each client
 * the same few pods for ever.
 */
const CLIENTS = 61;
const CALLS_OF_EACH = 50;
/** What counts as even enough: with four pods the busiest has about half more than its part. */
const EVEN = 0.9;

/** `many-clients`: how even are calls, from how many clients on? */
export const manyClients: Experiment = {
  name: "many-clients",
  question: "From how many clients on are calls even?",
  alone: false,
  isInDemo: false,
  load: { kind: "unary", ratePerSecond: 400 },
  knobs: ({ asked }) => {
    const { clients = CLIENTS, calls, durationMs } = asked;
    return { clients, calls: calls ?? (durationMs === undefined ? clients * CALLS_OF_EACH : undefined) };
  },
  roughSeconds: ({ knobs }) => loadSeconds(knobs),
  expectations: manyClientsExpectations,
  curves: (observation) => [evennessCurve(observation)],
  figures: [
    {
      id: "evenness-by-clients",
      heading: ["even: 1, 8,", "all clients"],
      unit: "ratio",
      rank: 22,
      read: ({ curves = [] }) => curves.flatMap(({ points }) => shown(points)),
    },
    {
      id: "even-from",
      heading: ["even from", "… clients"],
      unit: "count",
      explanation: `Calls count as even from the number of clients on from which evenness is ${EVEN} or more.`,
      rank: 23,
      read: ({ curves = [] }) => curves.map(({ points }) => evenFrom(points)),
    },
  ],
  summary: (observation) => {
    const { points } = evennessCurve(observation);
    const from = evenFrom(points);
    const [one, all] = [points.at(0), points.at(-1)].map((point) => (point?.y ?? 0).toFixed(2));
    const when = from === null ? "never even" : from === 1 ? "even from the first on" : `even from ${from} on`;
    return `The calls of one client have an evenness of ${one}, those of ${quantity(observation.knobs.clients, "client")} one of ${all}: ${when}.`;
  },
};

/** What stands in the comparison of one client, of eight and of all; its chart has every number. */
function shown(points: Curve["points"]): (number | null)[] {
  const eight = points.find(({ x }) => x === 8) ?? points.at(-1);
  return [points[0], eight, points.at(-1)].map((point) => point?.y ?? null);
}

function evennessCurve(observation: Observation): Curve {
  return {
    id: "evenness-by-clients",
    title: "Evenness by number of clients",
    x: { label: "clients", isLogarithmic: true },
    y: { label: "evenness", unit: "ratio" },
    points: evennessByClients(observation).map(({ clients, evenness, calls }) => ({
      x: clients,
      y: calls === 0 ? null : evenness,
    })),
  };
}

/** The number of clients from which on all are even enough; null: not even the most. */
function evenFrom(points: Curve["points"]): number | null {
  const lastUneven = points.findLastIndex(({ y }) => y === null || y < EVEN);
  return points[lastUneven + 1]?.x ?? null;
}
