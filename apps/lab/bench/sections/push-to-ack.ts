import { setTimeout as delay } from "node:timers/promises";
import type { MeshEndpoint } from "@grpc-lb-lab/control-plane";
import { ProcessMemory } from "../processes/process-memory.ts";
import { Program } from "../processes/program.ts";
import type { Change } from "../programs/control-plane.ts";
import type { EndpointsHandlers } from "../programs/endpoints.ts";
import type { PushToAck } from "../report.ts";
import { spreadOf } from "../spread.ts";
import { BenchMesh } from "./mesh.ts";
import type { SectionContext } from "./section.ts";

const ENDPOINTS = 10_000;
const HEALTHY = 10;
const ADDRESSES_PER_NET = 250;
/** Between two changes, so that none waits for what the one before has left to do. */
const PAUSE_MS = 200;
const FULL = { repeats: 20, uncounted: 3 };
const QUICK = { repeats: 3, uncounted: 1 };

/**
 * From the moment that the control plane is told of one changed endpoint among 10,000 to the ACK of a grpc-js-xds client that is calling. State of the
 * world: the whole list is sent. Ten endpoints are healthy and answer; the others are listed as unhealthy, which are sent and checked like any
 * other, but not called: grpc-js connects to every healthy one, and compares each with each (`EndpointMap` in its subchannel-address.js).
 */
export async function measurePushToAck({ quick, signal, progress }: SectionContext): Promise<PushToAck> {
  const { repeats, uncounted } = quick ? QUICK : FULL;
  progress(`${ENDPOINTS} endpoints`);
  await using memory = new ProcessMemory();
  await using answering = new Program<EndpointsHandlers>("endpoints", { signal });
  const healthy = (await answering.ask("listen", { count: HEALTHY })).map((port) => ({ address: "127.0.0.1", port }));
  await using mesh = await BenchMesh.start({ endpoints: [...healthy, ...unhealthyAfter(0)], signal });
  await mesh.client.ask("call", { inFlight: 1, pods: HEALTHY });
  const changes: Change[] = [];
  for (let change = 1; change <= uncounted + repeats; change++) {
    await delay(PAUSE_MS, undefined, { signal });
    changes.push(await mesh.change([...healthy, ...unhealthyAfter(change)]));
  }
  const counted = changes.slice(uncounted);
  return {
    endpoints: ENDPOINTS,
    healthy: HEALTHY,
    ackMs: spreadOf(counted.map(({ toldAtMs, ackedAtMs }) => ackedAtMs - toldAtMs)),
    pushMs: spreadOf(counted.map(({ toldAtMs, pushedAtMs }) => pushedAtMs - toldAtMs)),
    pushedBytes: spreadOf(counted.map(({ bytes }) => bytes)),
    memory: await memory.peaks(),
  };
}

/** The unhealthy endpoints after so many changes, each of which has replaced the oldest by a new one. */
function unhealthyAfter(changes: number): MeshEndpoint[] {
  return Array.from({ length: ENDPOINTS - HEALTHY }, (_, index) => unhealthy(changes + index));
}

function unhealthy(number: number): MeshEndpoint {
  const net = Math.floor(number / ADDRESSES_PER_NET);
  return { address: `127.200.${net}.${1 + (number % ADDRESSES_PER_NET)}`, port: 50_051, health: "UNHEALTHY" };
}
