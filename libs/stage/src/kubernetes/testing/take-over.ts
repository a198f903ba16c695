import { modeNamed } from "@grpc-lb-lab/modes";
import { KubernetesStage } from "../kubernetes-stage.ts";

/** A lab to be killed: takes mode `plain` over with 5 pods of another version, says so, and stays. */
const context = process.argv[2] ?? "";
const options = { pods: 5, env: { VERSION: "v9" }, signal: new AbortController().signal };
await new KubernetesStage({ context }).start(modeNamed("plain"), options);
console.log("taken over");
