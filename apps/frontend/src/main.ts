import { runApplication } from "@grpc-lb-lab/rpc/run-application";

await runApplication("frontend", () => import("./program.ts"));
