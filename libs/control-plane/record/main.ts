import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { connectCluster } from "@grpc-lb-lab/cluster";
import { InputError } from "@grpc-lb-lab/input-error";
import { RECORDING } from "../src/comparison/proxyless-recording.ts";
import { recordIstiod } from "./record-istiod.ts";

/** `make record-istiod`: writes anew what istiod sends proxyless gRPC; CONTEXT comes from the environment. Exit 2 on bad input. */
try {
  const recording = await recordIstiod(await connectCluster(process.env.CONTEXT));
  writeFileSync(RECORDING, `${JSON.stringify(recording, undefined, 2)}\n`);
  const { istio, kubernetes } = recording.recordedFrom;
  console.log(`${fileURLToPath(RECORDING)}: Istio ${istio}, Kubernetes ${kubernetes}`);
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  console.error(`record-istiod: ${error.message}`);
  process.exitCode = 2;
}
