import { type ServiceError, status } from "@grpc/grpc-js";

/** The error of a gRPC call as grpc-go prints it, which scripts match: `rpc error: code = Unavailable desc = …`. */
export function rpcError({ code, details }: Pick<ServiceError, "code" | "details">): Error {
  return new Error(`rpc error: code = ${goName(code)} desc = ${details}`);
}

/** `DATA_LOSS` is `DataLoss` in Go, and CANCELLED has one L. */
function goName(code: status): string {
  if (code === status.OK) return "OK";
  if (code === status.CANCELLED) return "Canceled";
  const words = (status[code] ?? `Code(${code})`).split("_");
  return words.map(capitalised).join("");
}

function capitalised(word: string): string {
  return word.slice(0, 1) + word.slice(1).toLowerCase();
}
