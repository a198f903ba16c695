import { createLogger } from "@grpc-lb-lab/rpc";
import { releaseStartUpMemory } from "@grpc-lb-lab/workarounds/lean-start";
import { loadConfig } from "../../config.ts";
import { buildFrontend } from "../../server.ts";

/** A frontend as a process of its own that tells, over IPC, first its ports, and then for each message what memory it holds after a collection. */
const frontend = await buildFrontend(loadConfig(process.env), createLogger("warn"));
process.send?.(await frontend.listen());
process.on("message", () => {
  releaseStartUpMemory();
  process.send?.(process.memoryUsage());
});
process.once("disconnect", () => process.exit());
