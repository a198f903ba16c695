/** For trials that wait for nothing long. */
const SHORTEST_MS = 20_000;

/**
 * The environment of clients whose deadline is later than anything that a trial waits for, on a busy machine as well.
 * @param longestMs - how long a call goes on at most, whatever becomes of a rule.
 */
export function patientClients(longestMs: number): Readonly<Record<string, string>> {
  return { BACKEND_DEADLINE_MS: String(Math.max(SHORTEST_MS, 2 * longestMs)) };
}

/** The same for trials whose calls go on for a few seconds at most. */
export const PATIENT_CLIENTS = patientClients(0);
