/** The environment of clients whose deadline is later than anything that a trial waits for, on a busy machine as well. */
export const PATIENT_CLIENTS: Readonly<Record<string, string>> = { BACKEND_DEADLINE_MS: "20000" };
