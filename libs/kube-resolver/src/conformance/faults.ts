import type { ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import type { Alteration, Fault } from "./fault-proxy.ts";

const json = { "content-type": "application/json" };

/** Answers with a Status object instead of asking the API server, as an overloaded API server or a proxy before it does. */
export function refuseWith(code: number, headers: Readonly<Record<string, string>> = {}): Fault {
  return ({ response }) => void response.writeHead(code, { ...json, ...headers }).end(JSON.stringify(statusOf(code)));
}

/** Never answers; the connection stays open. */
export const stayUnanswered: Fault = () => undefined;

/** Cuts the connection before a byte of the answer. */
export const cutUnanswered: Fault = ({ response }) => void response.destroy();

/** The first half of the answer, in a response that is complete as HTTP. */
export const truncate: Fault = async ({ response, forward }) => {
  const body = await buffer(await forward());
  response.writeHead(200, json).end(body.subarray(0, body.length / 2));
};

/** The first half of the answer, then a cut connection. */
export const cutInTheMiddle: Fault = async ({ response, forward }) => {
  const body = await buffer(await forward());
  response.writeHead(200, { ...json, "content-length": body.length });
  response.write(body.subarray(0, body.length / 2), () => response.destroy());
};

/** The whole answer, every byte in a packet of its own. */
export const answerSlowly: Fault = async ({ response, forward }) => {
  response.writeHead(200, json);
  for await (const bytes of await forward()) for (const byte of bytes as Buffer) await writeByte(response, byte);
  response.end();
};

/** An HTML page with status 200, as the login page of a gateway. */
export const answerWithAPage: Fault = ({ response }) => {
  response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>Sign in</title>\n");
};

/** Asks the API server to end the watch after a second, which it does in good order. */
export const watchForASecond: Fault = async ({ response, forward }) => {
  const answer = await forward((query) => query.set("timeoutSeconds", "1"));
  response.writeHead(answer.statusCode ?? 502, json).flushHeaders();
  for await (const bytes of answer) response.write(bytes);
  response.end();
};

/** Asks the API server for events since a version that it has long forgotten: its own words for 410 Gone come back. */
export const askForForgottenVersion: Fault = async ({ response, forward }) => {
  const answer = await forward((query) => query.set("resourceVersion", "1"));
  response.writeHead(answer.statusCode ?? 502, json);
  for await (const bytes of answer) response.write(bytes);
  response.end();
};

/** Cuts the connection in the middle of the next event. */
export const cutMidLine: Alteration = (response, bytes) => {
  response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
};

/** Brings the first half of the next event as if it were whole. */
export const garble: Alteration = (response, bytes) => {
  response.write(Buffer.concat([bytes.subarray(0, bytes.length / 2), Buffer.from("\n")]));
};

/** Brings each byte in a packet of its own. */
export const dripBytes: Alteration = (response, bytes) => {
  drips = drips.then(async () => {
    for (const byte of bytes) await writeByte(response, byte);
  });
};
let drips = Promise.resolve();

/** Swallows everything, and leaves the connection open: half-open, to the client. */
export const swallow: Alteration = () => undefined;

/** Ends a watch with an ERROR event of this code, as an API server does whose watch cache has lost the place. */
export function endWithError(code: number): (response: ServerResponse) => void {
  return (response) => void response.end(`${JSON.stringify({ type: "ERROR", object: statusOf(code) })}\n`);
}

function statusOf(code: number): object {
  return { kind: "Status", apiVersion: "v1", status: "Failure", message: `fault injected: ${code}`, code };
}

function writeByte(response: ServerResponse, byte: number): Promise<void> {
  return new Promise((resolve) => response.write(Buffer.from([byte]), () => setImmediate(resolve)));
}
