import { status } from "@grpc/grpc-js";
import { StatusError } from "@grpc-lb-lab/rpc";

/** A failed ForwardEcho. Istio's server returns plain Go errors, which grpc-go turns into UNKNOWN, and so does this, whatever went wrong. */
export function refusal(message: string): StatusError {
  return new StatusError(status.UNKNOWN, message);
}
