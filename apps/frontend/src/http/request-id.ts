import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** What may stand in logs and headers as it is. */
const ACCEPTABLE = /^[\x21-\x7e]{1,128}$/;

/** The id that the client gave its request in `x-request-id`, or a new one where it gave none or one that no log should hold. */
export function requestIdOf({ headers }: Pick<IncomingMessage, "headers">): string {
  const given = headers["x-request-id"];
  return typeof given === "string" && ACCEPTABLE.test(given) ? given : randomUUID();
}
