import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { status } from "@grpc/grpc-js";
import { StatusError } from "@grpc-lb-lab/rpc";
import { readJson } from "../http/read-body.ts";

/** What the page sends is a few dozen bytes. */
const LONGEST_BODY_BYTES = 4096;

/**
 * Reads the JSON body of a request that changes something, once it is sure that no foreign page sent it: a form cannot send
 * application/json, and a browser tells where a script's request comes from. Programs that are no browser tell nothing and may.
 * Source: https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
 * @throws {StatusError} PERMISSION_DENIED for a foreign page.
 * @throws {HttpError} as `readJson` does.
 */
export async function readOwnJson(request: IncomingMessage): Promise<unknown> {
  if (isForeign(request) || isNamed(request))
    throw new StatusError(
      status.PERMISSION_DENIED,
      "only this server's own page may send this request: open the page at localhost or an IP address",
    );
  return await readJson(request, LONGEST_BODY_BYTES);
}

/** A name of anybody's can be made to lead here (DNS rebinding), and its pages then are of the same origin: only addresses and localhost will do. */
function isNamed({ headers }: IncomingMessage): boolean {
  const name = URL.parse(`http://${headers.host}`)?.hostname ?? "";
  return name !== "localhost" && isIP(name.replace(/^\[|\]$/g, "")) === 0;
}

function isForeign({ headers }: IncomingMessage): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site !== "same-origin";
  if (headers.origin === undefined) return false;
  return !URL.canParse(headers.origin) || new URL(headers.origin).host !== headers.host;
}
