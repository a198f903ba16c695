import { Metadata, type ServiceError, status } from "@grpc/grpc-js";

/** The failure of a call that never left for the backend, in the form of those that did. */
export function serviceError(code: status, details: string): ServiceError {
  const message = `${code} ${status[code]}: ${details}`;
  return Object.assign(new Error(message), { code, details, metadata: new Metadata() });
}

/** Whether an error is the failed end of a gRPC call. */
export function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && "code" in error && typeof error.code === "number" && error.code in status;
}

/** What gRPC and HTTP/2 put among the trailers for themselves; the next hop makes its own. */
const OF_THE_HOP = /^(?:grpc-(?!status-details-bin$)|:|content-type$|date$|server$|connection$|transfer-encoding$)/;

/** The trailers that a failed call ended with and that may be carried on: the application's, and the details of the status. */
export function carriedTrailers({ metadata }: ServiceError): Metadata {
  const carried = metadata?.clone() ?? new Metadata();
  for (const key of Object.keys(carried.getMap()).filter((name) => OF_THE_HOP.test(name))) carried.remove(key);
  return carried;
}
