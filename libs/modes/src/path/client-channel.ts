import type { Hop, Notice, PathSettings, PickRule, TimeWindow } from "@grpc-lb-lab/stage-api";
import { NOTHING } from "./learn.ts";
import { clientRetry } from "./retries.ts";

/** A client may start calls on a dead connection until its kernel has told it. */
const DISCONNECT: Notice = { by: "disconnect", window: { ms: 250, sum: "the kernel's notice" } };
/** A busy machine's timers, and the calls that are just being sent. */
const PING_MARGIN_MS = 1_000;
/** How long a keepalive ping may stay unanswered at most: gRPC's default, which `BACKEND_KEEPALIVE_MS` never exceeds. */
const LONGEST_PING_TIMEOUT_MS = 20_000;

const FIRST: PickRule = { kind: "first", scope: "channel" };
/** What takes the place of a rotation, as libs/lb-policies does it unless told otherwise. */
const ASKED_FOR: Readonly<Record<string, PickRule>> = {
  least_request: { kind: "least request", choices: 2, withReplacement: true, scope: "channel" },
  peak_ewma: { kind: "peak ewma", choices: 2, scope: "channel" },
};

/** What tells the channel of one mode from that of another. */
type Particulars = Partial<Pick<Hop, "pick" | "learn" | "retry" | "dialects" | "meshEncrypts">>;

/** The client's own gRPC channel: unless told otherwise it has one address for ever and one connection to it (pick_first). */
export function clientChannel(settings: PathSettings, particulars: Particulars = {}): Hop {
  const { pick = FIRST } = particulars;
  return {
    name: "the client's channel",
    at: "client",
    unit: "call",
    learn: NOTHING,
    notice: { crash: DISCONNECT, silence: unansweredPing(settings), badStatus: { by: "nothing" } },
    retry: clientRetry(settings),
    connection: { multiplexes: true },
    dialects: ["gRPC service config"],
    meshEncrypts: false,
    ...particulars,
    pick: pick.kind === "rotation" ? (ASKED_FOR[settings.policy ?? ""] ?? pick) : pick,
  };
}

/** How long after a pod fell silent its connection is given up by keepalive (gRFC A8), for a ping that goes out every so often. */
function pingWindow(keepaliveMs: number): TimeWindow {
  const ms = keepaliveMs + pingTimeoutMs(keepaliveMs) + PING_MARGIN_MS;
  return { ms, sum: "keepalive + its timeout + 1 s" };
}

/** How long a keepalive ping may stay unanswered. */
export function pingTimeoutMs(keepaliveMs: number): number {
  return Math.min(keepaliveMs, LONGEST_PING_TIMEOUT_MS);
}

/** Without pings only what tells of pods can tell: Linux gives a silent connection up after about 15 minutes (`tcp_retries2`). */
function unansweredPing({ keepaliveMs }: PathSettings): Notice {
  return keepaliveMs === 0 ? { by: "withdrawal" } : { by: "keepalive", window: pingWindow(keepaliveMs) };
}
