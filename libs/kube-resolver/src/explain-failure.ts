import { ApiError } from "./api-error.ts";

/** What was tried when something failed. */
export interface Attempt {
  readonly verb: "list" | "watch";
  readonly namespace: string;
  /** Where the request went; undefined when it never came to one. */
  readonly server: URL | undefined;
}

const remedies: Readonly<Record<number, string>> = {
  401: "check that the token or client certificate belongs to this cluster and has not expired",
  403: "bind a Role with get, list and watch on endpointslices of discovery.k8s.io to this client's service account",
  404: "check the URL of the API server, which must serve discovery.k8s.io/v1 (Kubernetes 1.21 or newer)",
};

/** Says what keeps endpoints from being known, and what to do about it where that follows from the status code. */
export function explainFailure(error: unknown, { verb, namespace, server }: Attempt): string {
  const where = server === undefined ? "" : ` at ${server.href.replace(/\/$/, "")}`;
  const problem = `cannot ${verb} EndpointSlices in namespace "${namespace}"${where}: ${describe(error)}`;
  const remedy = error instanceof ApiError ? remedies[error.statusCode] : undefined;
  return remedy === undefined ? problem : `${problem}; ${remedy}`;
}

function describe(error: unknown): string {
  if (error instanceof ApiError) return `${error.statusCode} ${error.message}`;
  if (!(error instanceof Error)) return String(error);
  // Connecting to a name with several addresses fails with an AggregateError, which has a code and no message.
  return error.message || String((error as NodeJS.ErrnoException).code ?? error.name);
}
