import { expect, it } from "vitest";
import type { Manifest } from "../manifest.ts";
import { HostIndex } from "./host-index.ts";

type Rule = Manifest & { readonly spec: { readonly hosts: readonly string[] } };

const rule = (name: string, ...hosts: string[]): Rule => ({
  apiVersion: "networking.istio.io/v1",
  kind: "VirtualService",
  metadata: { name, namespace: "shop" },
  spec: { hosts },
});
const RULES = [
  rule("all", "*"),
  rule("shop", "*.shop.svc.cluster.local"),
  rule("other", "cart"),
  rule("one", "mail.example.com", "Backend"),
  rule("two", "backend.shop.svc.cluster.local", "backend"),
];
const index = new HostIndex(RULES, ({ spec }) => spec.hosts);

it.each([
  ["backend.shop.svc.cluster.local", ["one", "two"]],
  ["stock.shop.svc.cluster.local", ["shop"]],
  ["stock.office.svc.cluster.local", ["all"]],
])("of rules for %s, the closest count, each once, in their order", (host, names) => {
  expect(index.closest([host], () => true).map(({ metadata }) => metadata.name)).toEqual(names);
});

it("the next count where the closest are not meant", () => {
  const names = ["backend", "backend.shop.svc.cluster.local"];
  const without = (...left: string[]) =>
    index.closest(names, ({ metadata }) => !left.includes(metadata.name)).map(({ metadata }) => metadata.name);
  expect(without("one")).toEqual(["two"]);
  expect(without("one", "two")).toEqual(["shop"]);
  expect(without("one", "two", "shop")).toEqual(["all"]);
  expect(without("one", "two", "shop", "all")).toEqual([]);
});

it("asks nobody whose host is another one", () => {
  const asked: string[] = [];
  index.closest(["cart.shop.svc.cluster.local"], ({ metadata }) => asked.push(metadata.name) > 0);
  expect(asked).toEqual(["other"]);
});
