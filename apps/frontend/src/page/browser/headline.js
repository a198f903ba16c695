/** @typedef {import("../snapshot.ts").Snapshot} Snapshot */

/** From here on Jain's index is called even. */
const EVEN = 0.98;

/** The last 10 s in one sentence. @param {Snapshot} snapshot */
export function headline(snapshot) {
  const { answered, failed } = snapshot.recent;
  if (answered + failed === 0) return "No calls in the last 10 s";
  const failing = failed === 0 ? "" : `, ${failedShare(failed / (answered + failed))} of calls fail`;
  return `${whoAnswers(snapshot)}${failing}`;
}

/** @param {Snapshot} snapshot */
function whoAnswers({ pods, countedPods, recent }) {
  const [first, ...more] = pods.filter((pod) => pod.recent > 0);
  if (first === undefined) return "No pod answers";
  if (more.length === 0) return countedPods > 1 ? `${first.name} answers every call` : `${first.name} answers`;
  const counted = pods.filter((pod) => pod.recent > 0 && pod.state !== "gone").length;
  const how = recent.evenness >= EVEN ? "evenly" : "unevenly";
  return counted === countedPods ? `All ${counted} pods answer ${how}` : `${counted} of ${countedPods} pods answer`;
}

/** @param {number} share */
function failedShare(share) {
  return share < 0.01 ? "less than 1 %" : `${Math.round(share * 100)} %`;
}
