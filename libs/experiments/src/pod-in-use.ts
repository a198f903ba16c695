import type { CallRecord } from "@grpc-lb-lab/measure";
import type { Course } from "./experiment.ts";

/** The pod that answered last: with one connection the only one in use. */
export async function podInUse({ load, signal }: Pick<Course, "load" | "signal">): Promise<string> {
  const answered = ({ code, pod }: CallRecord) => code === 0 && pod !== undefined;
  await load.waitFor((records) => records.some(answered), signal);
  return load.records.findLast(answered)?.pod ?? "";
}
