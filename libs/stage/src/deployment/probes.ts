import { once } from "node:events";
import { connect } from "node:net";

/** Looks once whether something is ready. It rejects only when the signal aborts. */
export type Probe = (signal: AbortSignal) => Promise<boolean>;

/** The kubelet's default, `timeoutSeconds: 1`. */
const TIMEOUT_MS = 1_000;
/** What an HTTP/2 client begins with: the preface and empty SETTINGS, which the server answers with its own (RFC 9113, section 3.4). */
const HTTP2_BEGINNING = Buffer.concat([
  Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
  Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]),
]);

/** Whether a URL answers, with any 2xx. */
export function answers(url: string): Probe {
  return async (signal) => {
    try {
      const response = await fetch(url, { signal: patience(signal), headers: { connection: "close" } });
      await response.body?.cancel();
      return response.ok;
    } catch {
      signal.throwIfAborted();
      return false;
    }
  };
}

/**
 * Whether `host:port` answers the first bytes of an HTTP/2 client. That it takes the connection says nothing: the forwarder of a container engine
 * takes connections to a published port before anybody listens behind it.
 */
export function answersHttp2(address: string): Probe {
  const [host, port] = address.split(":");
  return async (signal) => {
    const socket = connect({ host, port: Number(port) });
    socket.on("error", () => {}).write(HTTP2_BEGINNING);
    try {
      const patient = { signal: patience(signal) };
      const answered = once(socket, "data", patient).then(() => true);
      const ended = once(socket, "close", patient).then(() => false);
      return await Promise.race([answered, ended]);
    } catch {
      signal.throwIfAborted();
      return false;
    } finally {
      socket.destroy();
    }
  };
}

function patience(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
}
