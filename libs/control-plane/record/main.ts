import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { RECORDING } from "../src/comparison/proxyless-recording.ts";
import { RecordingError } from "../src/comparison/recording-error.ts";
import { recordIstiod } from "./record-istiod.ts";

/** `make record-istiod`: writes anew what istiod sends proxyless gRPC; CONTEXT comes from the environment. Exit 2 on bad input. */
try {
  const { CONTEXT: context = "" } = process.env;
  if (context === "")
    throw new RecordingError("CONTEXT is not set: name a context of the kubeconfig file, as in CONTEXT=kind-lab");
  const recording = await recordIstiod(context);
  writeFileSync(RECORDING, `${JSON.stringify(recording, undefined, 2)}\n`);
  const { istio, kubernetes } = recording.recordedFrom;
  console.log(`${fileURLToPath(RECORDING)}: Istio ${istio}, Kubernetes ${kubernetes}`);
} catch (error) {
  if (!(error instanceof RecordingError)) throw error;
  console.error(`record-istiod: ${error.message}`);
  process.exitCode = 2;
}
