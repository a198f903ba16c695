import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { makeTarget } from "../walkthrough/testing/make-target.ts";

const folder = mkdtempSync(join(tmpdir(), "lab-gateway-api-"));
const applied = join(folder, "applied");
afterEach(() => rmSync(applied, { force: true }));

/** Runs `make gateway-api` beside a kubectl that answers to `get crd` so, and writes down what it is to apply. */
async function makeGatewayApi(getCrd: string, ...variables: string[]) {
  const kubectl = join(folder, "kubectl");
  writeFileSync(
    kubectl,
    `#!/usr/bin/env bash
case "$*" in
  *" get crd/"*) ${getCrd} ;;
  *" apply "*) echo "$*" >${applied} ;;
esac
`,
  );
  chmodSync(kubectl, 0o755);
  const ended = await makeTarget("gateway-api", ["CONTEXT=here", ...variables], {
    PATH: `${folder}:${process.env.PATH}`,
  });
  return { ...ended, applied: existsSync(applied) ? readFileSync(applied, "utf8").trim() : undefined };
}

test("what the cluster has stays, and its version is told", async () => {
  expect(await makeGatewayApi("printf 'v1.4.1, channel standard'")).toEqual({
    status: 0,
    stdout: "gateway-api: the cluster has the Gateway API already, which stays: v1.4.1, channel standard\n",
    stderr: "",
    applied: undefined,
  });
});

test.each([
  [
    [],
    /^--context here apply --server-side -f https:\/\/github\.com\/kubernetes-sigs\/gateway-api\/\S+\/v1\.6\.\d+\/standard-install\.yaml$/,
  ],
  [["GATEWAY_API=mine.yaml"], /^--context here apply --server-side -f mine\.yaml$/],
])("where there is none, a release is installed, or what %j names", async (variables, command) => {
  const ended = await makeGatewayApi("exit 1", ...variables);
  expect(ended).toMatchObject({ status: 0, stderr: "" });
  expect(ended.applied).toMatch(command);
});
