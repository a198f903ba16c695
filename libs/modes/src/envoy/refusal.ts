import type { Refusal } from "@grpc-lb-lab/stage-api";

/**
 * Why Envoy has ended instead of coming up: its last line. Those before have the whole configuration in them.
 * @param lastWords - its last lines, with ` | ` or line breaks between them.
 */
export function refusal(lastWords: string): Refusal {
  const lines = lastWords.split(/\n| \| /).filter((line) => line.trim() !== "");
  return { by: "Envoy", reason: lines.at(-1) ?? lastWords };
}
