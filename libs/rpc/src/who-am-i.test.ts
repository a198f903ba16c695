import { hostname } from "node:os";
import { expect, test } from "vitest";
import { whoAmI } from "./who-am-i.ts";

test("a pod is what the environment says", () => {
  const env = { POD_NAME: "backend-0", POD_IP: "10.0.0.7", NODE_NAME: "node-1", ZONE: "a", VERSION: "v2" };
  expect(whoAmI(env)).toEqual({ pod: "backend-0", ip: "10.0.0.7", node: "node-1", zone: "a", version: "v2" });
});

test("without a name it is the hostname", () => {
  expect(whoAmI({})).toEqual({ pod: hostname(), ip: "", node: "", zone: "", version: "" });
});
