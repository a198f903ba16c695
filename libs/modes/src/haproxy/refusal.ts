import type { Refusal } from "@grpc-lb-lab/stage-api";

/** `[ALERT]    (7) : config : parsing [/run/haproxy.cfg:40] : unknown keyword 'x' in 'backend' section` */
const COMPLAINT = /\[ALERT\] +\(\d+\) : config : (?:parsing )?\[\S+:\d+\] : (.*?)(?= \| |$)/gm;

/**
 * Why HAProxy has ended instead of coming up: each of its complaints, without process and place.
 * @param lastWords - its last lines, with ` | ` or line breaks between them.
 */
export function refusal(lastWords: string): Refusal {
  const complaints = [...lastWords.matchAll(COMPLAINT)].map(([, complaint]) => complaint);
  return { by: "HAProxy", reason: complaints.join("; ") || lastWords };
}
