import { Agent, request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

/** A load of `GET /hello` requests. */
export interface RestLoad {
  readonly url: string;
  /** Intended starts per second, evenly spread; undefined: as many as get answered. */
  readonly perSecond?: number;
  readonly durationMs: number;
  /** Connections, and requests under way, at the same time. */
  readonly connections: number;
}

/** What became of a load's requests. */
export interface RestLoadEnd {
  readonly sent: number;
  /** What was really sent per second; less than intended where the machine or the answers are too slow. */
  readonly perSecond: number;
  /** The longest that an answer took. */
  readonly longestMs: number;
  readonly greetings: number;
  /** Greetings by the pod that answered. */
  readonly pods: Readonly<Record<string, number>>;
  /** JSON errors by code. */
  readonly errors: Readonly<Record<string, number>>;
  /** Requests that were answered by neither, by what they got instead. */
  readonly broken: readonly string[];
}

/** Sends a load, for no longer than its duration, and sorts the answers: each has to be a greeting, or an error in JSON. */
export async function runRestLoad({ url, perSecond, durationMs, connections }: RestLoad): Promise<RestLoadEnd> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const tally: Tally = { pods: {}, errors: {}, broken: [] };
  const beganMs = performance.now();
  const elapsedMs = () => performance.now() - beganMs;
  let sent = 0;
  let longestMs = 0;
  const worker = async () => {
    for (;;) {
      const startMs = Math.max(elapsedMs(), perSecond === undefined ? 0 : (sent * 1_000) / perSecond);
      if (startMs >= durationMs) return;
      sent++;
      if (startMs > elapsedMs()) await delay(startMs - elapsedMs());
      const sentMs = elapsedMs();
      sort(tally, await get(`${url}/hello?name=Ada`, agent));
      longestMs = Math.max(longestMs, elapsedMs() - sentMs);
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  agent.destroy();
  const greetings = Object.values(tally.pods).reduce((sum, count) => sum + count, 0);
  return { sent, perSecond: (sent * 1_000) / durationMs, longestMs, greetings, ...tally };
}

/** What has become of the requests so far. */
interface Tally {
  readonly pods: Record<string, number>;
  readonly errors: Record<string, number>;
  readonly broken: string[];
}

function sort({ pods, errors, broken }: Tally, text: string): void {
  try {
    const { servedBy, code, message, requestId } = JSON.parse(text);
    if (servedBy !== undefined) pods[servedBy.pod] = (pods[servedBy.pod] ?? 0) + 1;
    else if (code && message && requestId) errors[code] = (errors[code] ?? 0) + 1;
    else broken.push(text);
  } catch {
    broken.push(text);
  }
}

/** The body of an answer, or what went wrong; never rejects. */
function get(url: string, agent: Agent): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const sent = request(url, { agent }, (response) => {
    let body = "";
    response.setEncoding("utf8").on("data", (chunk) => {
      body += chunk;
    });
    response.once("end", () => resolve(body)).once("error", (error) => resolve(error.message));
  });
  sent.once("error", (error) => resolve(error.message)).end();
  return promise;
}
