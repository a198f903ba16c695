import type { AdminRoute } from "@grpc-lb-lab/rpc";
import type { Faults } from "./faults.ts";

/** The exit code of a container that was killed: 128 + SIGKILL. */
const CRASH_EXIT_CODE = 137;

/** The admin routes that `FAULTS=on` opens: `/faults` to read and replace the fault in force, `/crash` to end the process at once. */
export function faultRoutes(faults: Faults, exit: (code: number) => never): readonly AdminRoute[] {
  const put = (body: string) => {
    const problems = faults.replace(body);
    return problems.length === 0
      ? { status: 200, json: faults }
      : { status: 400, json: { error: problems.join("; ") } };
  };
  return [
    { path: "/faults", methods: { GET: () => ({ status: 200, json: faults }), PUT: put } },
    { path: "/crash", methods: { POST: () => exit(CRASH_EXIT_CODE) } },
  ];
}
