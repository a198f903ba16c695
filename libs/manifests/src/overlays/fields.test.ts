import { expect, test } from "vitest";
import { fieldsOf } from "./fields.ts";

const META = { apiVersion: "v1", kind: "Thing", metadata: { name: "one" } };
const own = (more: object) =>
  [...fieldsOf({ ...META, ...more })].slice(3).map(([path, value]) => `${path} = ${JSON.stringify(value)}`);

test.each([
  [{ spec: { replicas: 4, paused: false } }, ["spec.replicas = 4", "spec.paused = false"]],
  [{ spec: { "a.b/c": "x" } }, ['spec[a.b/c] = "x"']],
  [{ spec: { args: ["greet", "--count", 0] } }, ['spec.args = "greet --count 0"']],
  [{ env: [{ name: "FAULTS", value: "on" }] }, ['env[FAULTS] = "on"']],
  [
    { env: [{ name: "IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } }] },
    ['env[IP].valueFrom.fieldRef.fieldPath = "status.podIP"'],
  ],
  [{ hooks: [{ port: 1 }, { port: 2 }] }, ["hooks[0].port = 1", "hooks[1].port = 2"]],
  [{ ports: [{ name: "a" }, { name: "a" }] }, ['ports[0].name = "a"', 'ports[1].name = "a"']],
  [{ spec: { args: [], labels: {} } }, ['spec.args = "[]"', 'spec.labels = "{}"']],
  [{ volumes: [{ name: "tmp", emptyDir: {} }] }, ['volumes[tmp].emptyDir = "{}"']],
])("the fields of %j", (more, expected) => {
  expect(own(more)).toEqual(expected);
});
