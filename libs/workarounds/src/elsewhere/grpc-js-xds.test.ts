import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";

/** Whether grpc-js-xds takes a listener's RBAC filter; it reads its environment when it is imported. */
async function takesRbac(env: NodeJS.ProcessEnv): Promise<boolean> {
  const program = `
    require("@grpc/grpc-js-xds").register();
    const { validateTopLevelFilter } = require("@grpc/grpc-js-xds/build/src/http-filter.js");
    const type_url = "type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC";
    const rules = Buffer.from([10, 0]);
    const isTaken = validateTopLevelFilter({ name: "rbac", typed_config: { type_url, value: rules }, is_optional: false });
    console.log(String(isTaken));
    process.exit();`;
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", program], { cwd: import.meta.dirname, env });
  return stdout.trim() === "true";
}

it("deploy/ sets GRPC_XDS_EXPERIMENTAL_RBAC: without it a server refuses the RBAC filter of an AuthorizationPolicy", async () => {
  const { GRPC_XDS_EXPERIMENTAL_RBAC: _, ...env } = process.env;
  expect(await takesRbac(env)).toBe(false);
  expect(await takesRbac({ ...env, GRPC_XDS_EXPERIMENTAL_RBAC: "true" })).toBe(true);
});
