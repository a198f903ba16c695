import type { Refusal } from "@grpc-lb-lab/stage-api";

/** What a line repeats after its reason. */
const CONFIGURATION = /: \{".*\}\)?$/;

/**
 * Why Envoy has ended instead of coming up: its last line, without the configuration that it may have, as those before it do.
 * @param lastWords - its last lines, with ` | ` or line breaks between them.
 */
export function refusal(lastWords: string): Refusal {
  const lines = lastWords.split(/\n| \| /).filter((line) => line.trim() !== "");
  return { by: "Envoy", reason: (lines.at(-1) ?? lastWords).replace(CONFIGURATION, "") };
}
