import type { CallRecord } from "@grpc-lb-lab/measure";
import {
  COUNTED_HEADER,
  type Dialect,
  type Hop,
  type Path,
  type Pod,
  type ReceivedCalls,
  type StageAbilities,
} from "@grpc-lb-lab/stage-api";
import type { Evidence, TrialPhase } from "../policy.ts";

/** What a test says of a trial that never was; the rest is made up. */
interface MadeUpTrial {
  /** The pods; what is left out of one is made up. Default: {@link PODS}. */
  readonly pods?: readonly Partial<Pod>[];
  /** The calls, in their order; see {@link calls}. Default: none. */
  readonly records?: readonly CallRecord[];
  /** What each pod received, by its name; see {@link receivedCounted}. Default: nothing. */
  readonly received?: Readonly<Record<string, ReceivedCalls>>;
  readonly phases?: readonly TrialPhase[];
  /** Default: one channel of a client that goes round over the pods. */
  readonly path?: Path;
  readonly abilities?: Partial<StageAbilities>;
  readonly clientZone?: string;
  /** Default: gRPC's own. */
  readonly dialect?: Dialect;
}

/** Two pods of version `v1`, and two of `v2`. */
const PODS: readonly Partial<Pod>[] = [
  { name: "pod-1", version: "v1" },
  { name: "pod-2", version: "v1" },
  { name: "pod-3", version: "v2" },
  { name: "pod-4", version: "v2" },
];

/** A hop without any particulars: a client's channel that goes round over the pods. */
export const CHANNEL: Hop = {
  name: "the client's channel",
  at: "client",
  unit: "call",
  pick: { kind: "rotation", scope: "channel" },
  learn: { by: "pushed", newPod: { ms: 1_000, sum: "a push" }, staleMs: 0 },
  notice: { crash: { by: "disconnect" }, silence: { by: "withdrawal" }, badStatus: { by: "nothing" } },
  retry: { of: "unsent", attempts: 1, hedged: false, draws: 1 },
  connection: { multiplexes: true },
  dialects: ["gRPC service config"],
  meshEncrypts: false,
};

/** Evidence of a trial that never was. */
export function evidence(trial: MadeUpTrial = {}): Evidence {
  const { pods = PODS, records = [], received = {}, phases = [], path = [CHANNEL], clientZone = "lab-a" } = trial;
  const { dialect = "gRPC service config" } = trial;
  return {
    records,
    firstMessages: new Map(),
    pods: pods.map(madeUpPod),
    received: new Map(Object.entries(received)),
    phases,
    dialect,
    path,
    abilities: { ...ABILITIES, ...trial.abilities },
    clientZone,
  };
}

/** So many calls, all of them so; one is started every 10 ms, and takes 5 ms. By default it is answered by the first pod at its first attempt. */
export function calls(count: number, like: Partial<CallRecord> = {}): CallRecord[] {
  const { pod = like.code === undefined || like.code === 0 ? "pod-1" : undefined } = like;
  const first = like.startMs ?? 0;
  return Array.from({ length: count }, (_, n) => {
    return { latencyMs: 5, code: 0, attempts: 1, client: 0, ...like, pod, startMs: first + n * 10 };
  });
}

/** What a pod received: so many counted calls of each kind, in the order of the kinds. */
export function receivedCounted(ofKinds: readonly number[], more: Partial<ReceivedCalls> = {}): ReceivedCalls {
  const all = ofKinds.reduce((sum, ofKind) => sum + ofKind, 0);
  const { headers, ...rest } = more;
  const byKind = Object.fromEntries(ofKinds.map((ofKind, kind) => [String(kind), ofKind]));
  return {
    calls: all,
    byMethod: { SayHello: all },
    mostInFlight: 1,
    connections: 1,
    longestConnectionMs: 0,
    ...rest,
    headers: { [COUNTED_HEADER]: byKind, ...headers },
  };
}

function madeUpPod(pod: Partial<Pod>, index: number): Pod {
  const ip = `10.0.0.${index + 1}`;
  return {
    name: `pod-${index + 1}`,
    ip,
    grpcAddress: `${ip}:50051`,
    adminAddress: `${ip}:9090`,
    zone: "lab-a",
    version: "v1",
    ready: true,
    ...pod,
  };
}

const ABILITIES: StageAbilities = {
  settableTimings: [],
  fixedTimings: {},
  fixedForDns: {},
  faults: ["latencyMs", "jitterMs", "errorCode", "errorShare"],
  metersContainers: false,
  autoscales: false,
  switchesMutualTls: false,
  startsFrontend: true,
  pushMs: 1_000,
  lagIsExact: true,
  dnsIsShared: false,
  dnsDropsSilentPods: false,
  dnsNewsMs: 0,
  replacementMs: 0,
  outpacedDnsIntervalMs: 0,
};
