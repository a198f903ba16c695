import type { Mode } from "@grpc-lb-lab/stage-api";
import { CHANNEL } from "./evidence.ts";

/** A mode of nobody: one channel that knows gRPC's own dialect. */
export function madeUpMode(over: Partial<Mode> = {}): Mode {
  return {
    name: "made-up-mode",
    balancer: "the client",
    source: "nowhere",
    target: "backend:50051",
    policy: "round_robin",
    kubernetes: "nothing",
    costs: "nothing",
    howTo: new URL("file:///dev/null"),
    claims: [],
    isInDemo: false,
    programs: [],
    installed: [],
    beside: [],
    path: () => [CHANNEL],
    launchers: { local: () => Promise.reject(new Error("nothing runs here")) },
    ...over,
  };
}
