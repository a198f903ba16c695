import { status } from "@grpc/grpc-js";
import { evenness } from "@grpc-lb-lab/measure";
import type { Chooser, Random } from "../src/chooser.ts";
import type { EndpointLoad } from "../src/endpoint-load.ts";
import { EventQueue } from "./event-queue.ts";

const PODS = 10;
const WORKERS = 4;
const MEAN_SERVICE_MS = 10;

/** What is simulated: ten pods of four workers, a call takes 10 ms on average (exponential), calls come at random (Poisson). */
interface Scenario {
  readonly calls: number;
  /** The part of all workers that is busy on average. */
  readonly load: number;
  /** Time that the first pod's answers take longer, without its workers being busy. */
  readonly slowerByMs: number;
}

/** What came out. */
export interface Figures {
  /** Jain's index of the shares of all pods but the first. */
  readonly evenness: number;
  /** The first pod's part of all calls. */
  readonly firstShare: number;
  /** From call to answer, in simulated time: the seed alone decides, and no clock is read. */
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
}

/** A policy for {@link simulate}, whose clock is the simulation's. */
export type NewChooser = (
  random: Random,
  now: () => number,
) => Pick<Chooser<never, EndpointLoad>, "newLoad" | "choose" | "ended">;

/** Runs a policy through a scenario; the same random numbers give the same figures. */
export function simulate(newChooser: NewChooser, random: Random, { calls, load, slowerByMs }: Scenario): Figures {
  let nowMs = 0;
  const chooser = newChooser(random, () => nowMs);
  const exponential = (mean: number) => -Math.log(1 - random()) * mean;
  const loads = Array.from({ length: PODS }, () => chooser.newLoad());
  const freeAtMs = loads.map(() => new Array<number>(WORKERS).fill(0));
  const shares = new Array<number>(PODS).fill(0);
  const latencies: number[] = [];
  const ends = new EventQueue<{ readonly pod: number; readonly startMs: number }>();
  const betweenMs = MEAN_SERVICE_MS / (load * PODS * WORKERS);
  let nextCallMs = exponential(betweenMs);
  for (let call = 0; call < calls; nextCallMs += exponential(betweenMs), call += 1) {
    for (let end = ends.popUntil(nextCallMs); end !== undefined; end = ends.popUntil(nextCallMs)) {
      nowMs = end.atMs;
      const ended = loads[end.event.pod] as EndpointLoad;
      ended.inFlight -= 1;
      chooser.ended(ended, nowMs - end.event.startMs, status.OK);
    }
    nowMs = nextCallMs;
    const pod = chooser.choose(loads);
    (loads[pod] as EndpointLoad).inFlight += 1;
    shares[pod] = (shares[pod] ?? 0) + 1;
    const workers = freeAtMs[pod] as number[];
    const worker = workers.indexOf(Math.min(...workers));
    const doneMs = Math.max(nowMs, workers[worker] as number) + exponential(MEAN_SERVICE_MS);
    workers[worker] = doneMs;
    const answeredMs = doneMs + (pod === 0 ? slowerByMs : 0);
    ends.push(answeredMs, { pod, startMs: nowMs });
    latencies.push(answeredMs - nowMs);
  }
  latencies.sort((a, b) => a - b);
  const at = (part: number) => latencies[Math.ceil(latencies.length * part) - 1] ?? Number.NaN;
  const [first = Number.NaN, ...others] = shares;
  return { evenness: evenness(others), firstShare: first / calls, p50Ms: at(0.5), p90Ms: at(0.9), p99Ms: at(0.99) };
}
