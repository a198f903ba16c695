import { startPods } from "../src/testing/test-pod.ts";

/** Servers that answer at once, in a process of their own: they tell their ports and go with their parent. */
const pods = await startPods(Number(process.argv[2]));
process.once("disconnect", () => process.exit());
process.send?.(pods.map(({ port }) => port));
