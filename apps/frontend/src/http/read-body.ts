import type { IncomingMessage } from "node:http";
import { status } from "@grpc/grpc-js";
import { HttpError } from "./http-error.ts";

/** Whether a request says of itself that it is longer than `maxBytes`. */
export function saysTooLong({ headers }: IncomingMessage, maxBytes: number): boolean {
  return Number(headers["content-length"] ?? 0) > maxBytes;
}

/**
 * Reads the JSON of a request.
 * @throws {HttpError} 415 for another content type, 413 when it is longer than `maxBytes`, 400 when it is no JSON.
 */
export async function readJson(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  const type = (request.headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase();
  if (type !== "application/json")
    throw new HttpError(status.INVALID_ARGUMENT, "the content type must be application/json", { httpStatus: 415 });
  const text = await readText(request, maxBytes);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new HttpError(status.INVALID_ARGUMENT, `the body is not JSON: ${(error as Error).message}`);
  }
}

async function readText(request: IncomingMessage, maxBytes: number): Promise<string> {
  if (saysTooLong(request, maxBytes)) throw tooLong(maxBytes);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const chunks: Buffer[] = [];
  let length = 0;
  // Not `for await`: leaving that destroys the request, and with it the connection that the answer needs.
  request.on("data", (chunk: Buffer) => {
    length += chunk.length;
    if (length <= maxBytes) chunks.push(chunk);
    else reject(tooLong(maxBytes));
  });
  request.once("end", () => resolve(Buffer.concat(chunks).toString()));
  request.once("error", reject);
  return await promise;
}

function tooLong(maxBytes: number): HttpError {
  return new HttpError(status.RESOURCE_EXHAUSTED, `the body is longer than ${maxBytes} bytes`, { httpStatus: 413 });
}
