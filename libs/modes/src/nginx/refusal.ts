import type { Refusal } from "@grpc-lb-lab/stage-api";

/** `2026/01/31 12:00:00 [emerg] 7#7: unknown directive "x" in /run/nginx/nginx.conf:40` */
const COMPLAINT = /\[emerg\] (?:\d+#\d+: )?(.*?)(?: in \/\S+:\d+)?(?= \| |$)/m;

/**
 * Why nginx has ended instead of coming up, without time, process and place.
 * @param lastWords - its last lines, with ` | ` or line breaks between them.
 */
export function refusal(lastWords: string): Refusal {
  return { by: "nginx", reason: COMPLAINT.exec(lastWords)?.[1] ?? lastWords };
}
