import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Stage } from "@grpc-lb-lab/stage-api";
import { expect, it } from "vitest";
import { STAGES } from "./abilities.ts";
import { ContainersStage } from "./containers/containers-stage.ts";
import { KubernetesStage } from "./kubernetes/kubernetes-stage.ts";
import { LocalStage } from "./local/local-stage.ts";
import { FAKE_BACKEND, FAKE_LOAD } from "./local/testing/fake-programs.ts";

const MADE: readonly Stage[] = [
  new LocalStage({ backendCommand: FAKE_BACKEND, loadCommand: FAKE_LOAD }),
  new ContainersStage(),
  new KubernetesStage({ context: "none" }),
];

it("a stage that is made is what was known of it before", () => {
  expect(MADE.map(({ name, what, abilities }) => ({ name, what, abilities }))).toEqual(STAGES);
});

it.each(STAGES)(
  "$name can either set a timing or says why not, and a reason is of one that it would have",
  ({ abilities }) => {
    const { settableTimings, fixedTimings, fixedForDns } = abilities;
    expect(settableTimings.filter((name) => fixedTimings[name] !== undefined)).toEqual([]);
    expect(settableTimings).toEqual(expect.arrayContaining(Object.keys(fixedForDns)));
  },
);

it("they are known without a library", async () => {
  const entry = fileURLToPath(new URL("./abilities.ts", import.meta.url));
  const loaded = `import { registerHooks } from "node:module"; const seen = [];
    registerHooks({ load: (url, context, next) => { seen.push(url); return next(url, context); } });
    await import(${JSON.stringify(entry)}); console.log(seen.join("\\n"));`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", loaded]);
  const files = stdout.trim().split("\n");
  expect(files.length).toBeGreaterThan(3);
  expect(files.filter((url) => !/\/libs\/(stage|stage-api|input-error)\//.test(url))).toEqual([]);
});
