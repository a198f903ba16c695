import type { IncomingMessage } from "node:http";
import type { SliceRequest } from "./api-request.ts";
import { StatusError } from "./status.ts";

/**
 * Checks the bearer token of a request.
 *
 * @param tokens the tokens that will do; undefined: no check.
 * @throws StatusError 401.
 */
export function authenticate(request: IncomingMessage, tokens: ReadonlySet<string> | undefined): void {
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
  if (tokens !== undefined && !tokens.has(token)) throw new StatusError(401, "Unauthorized");
}

/** The error of a request that no Role allows, in the words of Kubernetes' RBAC authorizer. */
export function forbidden({ verb, namespace }: SliceRequest): StatusError {
  const user = `system:serviceaccount:${namespace ?? "default"}:default`;
  const scope = namespace === undefined ? "at the cluster scope" : `in the namespace "${namespace}"`;
  const action = `cannot ${verb} resource "endpointslices" in API group "discovery.k8s.io" ${scope}`;
  return new StatusError(403, `endpointslices.discovery.k8s.io is forbidden: User "${user}" ${action}`);
}
