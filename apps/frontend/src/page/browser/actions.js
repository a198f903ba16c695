import { byId } from "./by-id.js";

/**
 * Sends a change as JSON and shows the reason when it is refused.
 * @param {"PUT" | "POST"} method
 * @param {string} path
 * @param {object} change
 */
export async function send(method, path, change) {
  const problem = byId("problem");
  try {
    const answer = await fetch(path, {
      method,
      headers: { "content-type": "application/json" },
      body: JSON.stringify(change),
    });
    problem.textContent = answer.ok ? "" : await reason(answer);
  } catch {
    problem.textContent = "The server cannot be reached: nothing was changed.";
  }
}

/** @param {Response} answer */
async function reason(answer) {
  const json = await answer.json().catch(() => ({}));
  return `Not changed: ${json.message ?? json.error ?? `HTTP ${answer.status}`}`;
}
