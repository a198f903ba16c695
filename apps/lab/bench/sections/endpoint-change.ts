import { setTimeout as delay } from "node:timers/promises";
import type { MeshEndpoint } from "@grpc-lb-lab/control-plane";
import { ProcessMemory } from "../processes/process-memory.ts";
import { Program } from "../processes/program.ts";
import type { EndpointsHandlers } from "../programs/endpoints.ts";
import type { EndpointChange, EndpointChanges } from "../report.ts";
import { type Spread, spreadOf } from "../spread.ts";
import { BenchMesh } from "./mesh.ts";
import type { SectionContext } from "./section.ts";

const TARGET_MS = 50;
/** One call after the other: the client is to be calling, not overloaded. */
const IN_FLIGHT = 1;
/** Between two changes, so that none waits for what the one before has left to do. */
const PAUSE_MS = 50;
const FULL = { sizes: [10, 100, 1_000], repeats: 20, repeatsInTurn: 5, uncounted: 3 };
const QUICK = { sizes: [10, 100], repeats: 3, repeatsInTurn: 1, uncounted: 1 };

/**
 * From the moment that the control plane is told of an endpoint, in place of another, to the first call that it has answered, while a
 * grpc-js-xds client calls: push, connection and call. Every endpoint is a port that listens and answers, the new one always a port that was never used.
 *
 * Round robin comes to each of n endpoints every n calls, which has nothing to do with the control plane. So the new endpoint is given
 * a zone of its own, as heavy as the other, which gets every second call; the same change inside one zone is measured beside it.
 */
export async function measureEndpointChanges(context: SectionContext): Promise<EndpointChanges> {
  const { sizes } = context.quick ? QUICK : FULL;
  const changes: EndpointChange[] = [];
  for (const size of sizes) changes.push(await measureSize(size, context));
  return { inFlight: IN_FLIGHT, changes };
}

async function measureSize(size: number, { quick, signal, progress }: SectionContext): Promise<EndpointChange> {
  const { repeats, repeatsInTurn, uncounted } = quick ? QUICK : FULL;
  progress(`${size} endpoints`);
  await using memory = new ProcessMemory();
  await using standing = new Program<EndpointsHandlers>("endpoints", { signal });
  await using fresh = new Program<EndpointsHandlers>("endpoints", { signal });
  const others = (await standing.ask("listen", { count: size - 1 })).map(endpointAt);
  const ports = await fresh.ask("listen", { count: uncounted + repeats + 1 + repeatsInTurn });
  await using mesh = await BenchMesh.start({ endpoints: others, signal });
  await mesh.client.ask("call", { inFlight: IN_FLIGHT, pods: others.length });
  const changeTo = (port: number, place: (port: number) => MeshEndpoint) =>
    changeOnce(mesh, [...others, place(port)], port, signal);

  const changes: TimedChange[] = [];
  for (const port of ports.splice(0, uncounted + repeats)) {
    changes.push(await changeTo(port, (own) => ({ ...endpointAt(own), zone: "b", weight: others.length })));
  }
  const inTurn: TimedChange[] = [];
  for (const port of ports) inTurn.push(await changeTo(port, endpointAt));

  const counted = changes.slice(uncounted);
  const firstCallMs = spreadOf(counted.map((change) => change.firstCallMs));
  return {
    endpoints: size,
    firstCallMs,
    ackMs: spreadOf(counted.map(({ ackMs }) => ackMs)),
    connections: spreadOf(counted.map(({ connections }) => connections)),
    firstCallInTurnMs: spreadOf(inTurn.slice(1).map((change) => change.firstCallMs)),
    target: underTarget(firstCallMs),
    memory: await memory.peaks(),
  };
}

interface TimedChange {
  readonly firstCallMs: number;
  readonly ackMs: number;
  readonly connections: number;
}

async function changeOnce(
  mesh: BenchMesh,
  endpoints: readonly MeshEndpoint[],
  newPort: number,
  signal: AbortSignal,
): Promise<TimedChange> {
  await delay(PAUSE_MS, undefined, { signal });
  const connectionsBefore = await mesh.client.ask("connections", undefined);
  await mesh.client.ask("watch", { pod: String(newPort) });
  const { toldAtMs, ackedAtMs } = await mesh.change(endpoints);
  const answeredAtMs = await mesh.client.ask("firstAnswer", undefined);
  if (answeredAtMs === undefined) throw new Error("the client was not told to watch");
  return {
    firstCallMs: answeredAtMs - toldAtMs,
    ackMs: ackedAtMs - toldAtMs,
    connections: (await mesh.client.ask("connections", undefined)) - connectionsBefore,
  };
}

function endpointAt(port: number): MeshEndpoint {
  return { address: "127.0.0.1", port, region: "bench", zone: "a" };
}

function underTarget({ median }: Spread) {
  return { measured: median, bound: `< ${TARGET_MS} ms`, ok: median < TARGET_MS };
}
