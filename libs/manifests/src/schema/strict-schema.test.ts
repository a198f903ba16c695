import { expect, test } from "vitest";
import { strictSchema } from "./strict-schema.ts";

test("an object with properties takes no others, but for one that is open", () => {
  const properties = { port: { type: "integer", format: "int32", description: "a port" } };
  expect(strictSchema({ type: "object", properties })).toEqual({
    type: "object",
    properties: { port: { type: "integer" } },
    additionalProperties: false,
  });
  expect(strictSchema({ properties, "x-kubernetes-preserve-unknown-fields": true })).not.toHaveProperty(
    "additionalProperties",
  );
});

test("references, maps and lists are followed", () => {
  const pod = { allOf: [{ $ref: "#/components/schemas/Pod" }], description: "a pod", default: {} };
  expect(strictSchema({ additionalProperties: pod })).toEqual({ additionalProperties: { $ref: "#/definitions/Pod" } });
  expect(strictSchema({ type: "array", items: pod })).toEqual({ type: "array", items: { $ref: "#/definitions/Pod" } });
});
