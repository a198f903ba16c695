import { runApplication } from "@grpc-lb-lab/rpc/run-application";

await runApplication("backend", () => import("./program.ts"));
