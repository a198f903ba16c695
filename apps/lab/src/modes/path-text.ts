import type { Pen } from "@grpc-lb-lab/report";
import {
  type Hop,
  type Learn,
  type Mode,
  type Notice,
  type PickRule,
  type Retry,
  undisturbedPath,
} from "@grpc-lb-lab/stage-api";

/** Where the sentences begin behind their names. */
const INDENT = 15;

/** What a call passes under a mode, hop by hop: what each picks, hears, notices and tries again. The lab's bounds come from it. */
export function pathText(mode: Pick<Mode, "path">, pen: Pen): string {
  const hops = undisturbedPath(mode).map((hop, index) => [
    `${index + 1}. ${hop.name}`,
    ...sentences(hop).map((line) => pen.wrap(`   ${line}`, " ".repeat(INDENT))),
  ]);
  return `What a call passes through:\n\n${hops.flat().join("\n")}\n`;
}

function sentences(hop: Hop): string[] {
  const { crash, silence, badStatus } = hop.notice;
  return [
    `picks       for each ${hop.unit}, ${pickText(hop.pick)}`,
    `learns      ${LEARNS[hop.learn.by]}`,
    `notices     a crash: ${NOTICES[crash.by]}; silence: ${NOTICES[silence.by]}; errors: ${NOTICES[badStatus.by]}`,
    `retries     ${retryText(hop.retry)}`,
    `connection  ${connectionText(hop)}${hop.meshEncrypts ? "; encrypted by the mesh" : ""}`,
    `rules by    ${hop.dialects.join(", ") || "nobody"}`,
  ];
}

function pickText(pick: PickRule): string {
  const inZone = pick.localitiesByWeight === true ? " in a zone drawn by weight" : "";
  const state =
    pick.scope === "channel"
      ? "each channel by itself"
      : pick.scope === "worker"
        ? "each worker by itself"
        : "all together";
  if (pick.kind === "least request") {
    if (!Number.isFinite(pick.choices)) return `the least busy of all${inZone} (${state})`;
    const drawn = pick.withReplacement ? `${pick.choices} random draws` : `${pick.choices} different random draws`;
    return `the least busy of ${drawn}${inZone} (${state})`;
  }
  if (pick.kind === "peak ewma") return `the cheapest of ${pick.choices} different random draws${inZone} (${state})`;
  if (pick.kind === "hash") return `by a hash of ${HASHED[pick.key]} (${state})`;
  const how = { first: "the only one that it knows", rotation: "round robin", random: "one at random" }[pick.kind];
  return pick.kind === "first" ? how : `${how}${inZone} (${state})`;
}

const HASHED = { header: "a header", address: "the client's address" } as const;

const LEARNS: Readonly<Record<Learn["by"], string>> = {
  nothing: "nothing after its start",
  "aged DNS": "by DNS, asked again when a connection drops",
  "polled DNS": "by DNS, polled",
  pushed: "by pushed updates",
};

const NOTICES: Readonly<Record<Notice["by"], string>> = {
  disconnect: "its connection ends",
  keepalive: "a ping stays unanswered",
  "active check": "a health check fails",
  "passive ejection": "calls fail",
  withdrawal: "the pod is withdrawn",
  nothing: "not noticed",
};

function retryText({ of, attempts, hedged, draws, unconnected }: Retry): string {
  if (unconnected === "next host" && attempts === 1) return "at the next pod, what finds no connection";
  if (of === "nothing") return "nothing";
  if (of === "unsent") return "calls that were certainly not processed";
  const found = Number.isFinite(draws) ? ` if ${draws} draws find one` : "";
  const host = draws > 1 ? `, each on another host${found}` : "";
  return `by status, ${attempts} attempts in all${hedged ? ", hedged" : ""}${host}`;
}

function connectionText({ connection, unit }: Hop): string {
  if (unit === "connection") return "forwards packets, terminates none";
  const { multiplexes, streamsAtMost, silenceAtMostMs } = connection;
  return [
    multiplexes ? "calls share one" : "one for each call",
    ...(streamsAtMost === undefined ? [] : [`at most ${streamsAtMost} at once`]),
    ...(silenceAtMostMs === undefined ? [] : [`at most ${silenceAtMostMs / 60_000} min of silence`]),
  ].join(", ");
}
