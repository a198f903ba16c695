import { startTestPod } from "../test-pod.ts";

/** A pod as a process of its own, which can be killed as one. Tells its address over IPC. */
const pod = await startTestPod(process.argv[2] ?? "pod", { notes: false });
process.send?.(pod.address);
process.once("disconnect", () => process.exit());
