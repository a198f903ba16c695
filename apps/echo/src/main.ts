import { runApplication } from "@grpc-lb-lab/rpc/run-application";

await runApplication("echo", () => import("./program.ts"));
