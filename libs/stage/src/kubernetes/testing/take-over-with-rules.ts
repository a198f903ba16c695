import { modeNamed } from "@grpc-lb-lab/modes";
import { KubernetesStage } from "../kubernetes-stage.ts";
import { abortAll } from "./abort-all.ts";

/** A lab to be killed: takes mode `proxyless` over with pods of two versions and a rule that aborts every call, says so, and stays. */
const context = process.argv[2] ?? "";
const options = { pods: 4, canaryPods: 1, rules: abortAll(), signal: new AbortController().signal };
await new KubernetesStage({ context }).start(modeNamed("proxyless"), options);
console.log("taken over");
