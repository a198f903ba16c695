import { expect, test } from "vitest";
import type { Manifest } from "../manifest.ts";
import { compare } from "./compare.ts";

const object = (kind: string, name: string, more: object = {}): Manifest => ({
  apiVersion: "v1",
  kind,
  metadata: { name },
  ...more,
});
const settings = (data: Record<string, string>) => object("ConfigMap", "settings", { data });

test("nothing differs between objects that are the same in another order", () => {
  const [a, b] = [object("Service", "a"), settings({ X: "1", Y: "2" })];
  expect(compare([a, b], [settings({ Y: "2", X: "1" }), a])).toEqual([]);
});

test("objects are added and removed by kind and name", () => {
  const [before, after] = [object("Service", "a"), object("Role", "a")];
  expect(compare([before], [after])).toEqual([
    { kind: "added", manifest: after },
    { kind: "removed", manifest: before },
  ]);
});

test("a changed object tells which fields are changed, added and removed", () => {
  const after = settings({ A: "2", NEW: "x" });
  expect(compare([settings({ A: "1", OLD: "x" })], [after])).toEqual([
    {
      kind: "changed",
      manifest: after,
      fields: [
        { path: "data.A", before: "1", after: "2" },
        { path: "data.NEW", before: undefined, after: "x" },
        { path: "data.OLD", before: "x", after: undefined },
      ],
    },
  ]);
});

test("the order of named entries is no difference, that of others is", () => {
  const named = (...names: string[]) => object("Pod", "a", { env: names.map((name) => ({ name, value: name })) });
  expect(compare([named("A", "B")], [named("B", "A")])).toEqual([]);
  const args = (...list: string[]) => object("Pod", "a", { args: list });
  expect(compare([args("a", "b")], [args("b", "a")])).toHaveLength(1);
});

test("what is emptied or filled is told by its fields only", () => {
  const paths = (before: Manifest, after: Manifest) =>
    compare([before], [after]).flatMap((one) => (one.kind === "changed" ? one.fields.map(({ path }) => path) : []));
  expect(paths(settings({ A: "1" }), settings({}))).toEqual(["data.A"]);
  expect(paths(settings({}), settings({ A: "1" }))).toEqual(["data.A"]);
  expect(paths(settings({}), object("ConfigMap", "settings"))).toEqual(["data"]);
});
