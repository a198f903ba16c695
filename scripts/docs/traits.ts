import {
  agesDns,
  balancerOf,
  clientOf,
  hasOnePodPerConnection,
  isPinned,
  isRetried,
  lastL7HopOutsidePod,
  picksUntilAnswered,
} from "@grpc-lb-lab/modes";
import { type Path, undisturbedPath } from "@grpc-lb-lab/stage-api";
import type { Mode } from "./modes-table.ts";

const learns = (path: Path) => balancerOf(path).learn.by;
const isPushed = (path: Path) => !isPinned(path) && learns(path) === "pushed";
const picksBy = (kind: ReturnType<typeof balancerOf>["pick"]["kind"]) => (path: Path) =>
  !isPinned(path) && balancerOf(path).pick.kind === kind;
const rotates = picksBy("rotation");
const drawsZones = (path: Path) => balancerOf(path).pick.localitiesByWeight === true;
const seesDisconnect = (path: Path) => !isPinned(path) && balancerOf(path).notice.crash.by === "disconnect";
const goesOn = (path: Path) =>
  !isPinned(path) && !seesDisconnect(path) && balancerOf(path).retry.unconnected === "next host";
const picksOn = (path: Path) => !isPinned(path) && !seesDisconnect(path) && !goesOn(path);
const isUntold = (path: Path) => !isPinned(path) && learns(path) === "nothing";
const checksPods = (path: Path) => lastL7HopOutsidePod(path).notice.silence.by === "active check";
const ejectsPods = (path: Path) => lastL7HopOutsidePod(path).notice.silence.by === "passive ejection";
const isTold = (path: Path) => !isClientsOwn(path) && !checksPods(path) && !ejectsPods(path);
const isClientsOwn = (path: Path) => lastL7HopOutsidePod(path) === clientOf(path);

const isLimited = (path: Path) => path.some(({ requestsAtMost }) => requestsAtMost !== undefined);

/** What the path of a mode may be like: the first column of the tables of docs/experiments.md. Each is what decides a bound in libs/experiments. */
const PATH_TRAITS: Readonly<Record<string, (path: Path) => boolean>> = {
  any: () => true,
  // Which pod a call goes to.
  "one pod for each connection": (path) => isPinned(path) || balancerOf(path).pick.kind === "first",
  "each client rotates": (path) => rotates(path) && balancerOf(path).pick.scope === "channel" && !drawsZones(path),
  "a proxy rotates": (path) => rotates(path) && balancerOf(path).pick.scope !== "channel" && !drawsZones(path),
  "a zone is picked by weight, then a pod by rotation": (path) => rotates(path) && drawsZones(path),
  "a random pick, or least request": (path) => picksBy("random")(path) || picksBy("least request")(path),
  "a rotation, of all pods": (path) => rotates(path) && !drawsZones(path),
  "a random pick": picksBy("random"),
  "least request": picksBy("least request"),
  "peak EWMA": picksBy("peak ewma"),
  "the client or a proxy retries by gRPC's status": (path) =>
    !hasOnePodPerConnection(path) && picksUntilAnswered(path) > 1,
  "nobody retries by gRPC's status": (path) => !hasOnePodPerConnection(path) && picksUntilAnswered(path) === 1,
  "calls are balanced": (path) => !hasOnePodPerConnection(path),
  // How many calls it lets be under way.
  "nobody limits how many calls are under way": (path) => !isLimited(path),
  "a hop limits how many calls are under way": (path) => isLimited(path),
  // How the balancer hears of pods.
  "no balancer of calls learns of new pods": (path) => isPinned(path) || learns(path) === "nothing",
  "DNS is asked when a connection drops": agesDns,
  "DNS is polled": (path) => !isPinned(path) && learns(path) === "polled DNS",
  "changes are pushed": (path) => isPushed(path) && balancerOf(path).learn.staleMs === 0,
  "changes are pushed, and taken late": (path) => isPushed(path) && balancerOf(path).learn.staleMs > 0,
  "new connections, pushes or DNS polls lead to new pods": (path) => !agesDns(path) && !isUntold(path),
  "calls are balanced, and the balancer never learns of new pods": isUntold,
  // What a crash costs.
  "connections are balanced": isPinned,
  "the balancer sees its connection end": (path) => seesDisconnect(path) && !isRetried(path),
  "the balancer sees its connection end, and calls are retried": (path) => seesDisconnect(path) && isRetried(path),
  "the balancer goes to the next pod when it finds no connection to one": (path) => goesOn(path) && !isRetried(path),
  "the balancer goes to the next pod when it finds no connection to one, and calls are retried": (path) =>
    goesOn(path) && isRetried(path),
  "the balancer keeps picking the pod until it is told": (path) =>
    picksOn(path) && balancerOf(path).retry.attempts === 1,
  "the balancer keeps picking the pod until it is told, and retries": (path) =>
    picksOn(path) && balancerOf(path).retry.attempts > 1,
  // Who has the connections to the pods.
  "each client is connected to every pod": (path) => !isPinned(path) && isClientsOwn(path),
  "a proxy that checks the pods": (path) => !isClientsOwn(path) && checksPods(path),
  "a proxy that leaves a pod out to which it gets no connection": (path) => !isClientsOwn(path) && ejectsPods(path),
  "a proxy that polls DNS": (path) => isTold(path) && lastL7HopOutsidePod(path).learn.by === "polled DNS",
  "a proxy that does not poll DNS": (path) => isTold(path) && lastL7HopOutsidePod(path).learn.by !== "polled DNS",
};

/** What may run beside the applications in a cluster. */
const BESIDE_TRAITS: Readonly<Record<string, (mode: Mode) => boolean>> = {
  "there are proxies": ({ beside }) => beside.some(({ role }) => role === "proxy"),
  "there are agents": ({ beside }) => beside.some(({ role }) => role === "agent"),
};

/** Every trait, by the words of the tables. */
export const TRAITS: Readonly<Record<string, (mode: Mode) => boolean>> = {
  ...Object.fromEntries(
    Object.entries(PATH_TRAITS).map(([name, holds]) => [name, (mode: Mode) => holds(undisturbedPath(mode))]),
  ),
  ...BESIDE_TRAITS,
};
