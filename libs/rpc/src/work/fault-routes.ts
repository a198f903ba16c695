import type { HttpRoute } from "@grpc-lb-lab/http-server";
import type { Faults } from "./faults.ts";
import type { Received } from "./received.ts";

/** The exit code of a container that was killed: 128 + SIGKILL. */
const CRASH_EXIT_CODE = 137;

/**
 * The admin routes that `FAULTS=on` opens: `/faults` to read and replace the fault in force, `/crash` to end the process at once, `/received` to see what
 * calls have come, and to count them from nothing again.
 */
export function faultRoutes(faults: Faults, received: Received, exit: (code: number) => never): readonly HttpRoute[] {
  const put = (body: string) => {
    const problems = faults.replace(body);
    return problems.length === 0
      ? { status: 200, json: faults }
      : { status: 400, json: { error: problems.join("; ") } };
  };
  const forget = () => {
    received.forget();
    return { status: 200, json: received };
  };
  return [
    { path: "/faults", methods: { GET: () => ({ status: 200, json: faults }), PUT: put } },
    { path: "/received", methods: { GET: () => ({ status: 200, json: received }), DELETE: forget } },
    { path: "/crash", methods: { POST: () => exit(CRASH_EXIT_CODE) } },
  ];
}
