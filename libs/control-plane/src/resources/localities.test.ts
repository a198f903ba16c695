import { expect, test } from "vitest";
import type { TrafficPolicy } from "../model/traffic-policy.ts";
import { endpoint } from "../testing/models.ts";
import { localitiesFor } from "./localities.ts";

const CALLER = { region: "lab", zone: "a" };
const ENDPOINTS = [
  endpoint("127.0.0.2", { region: "lab", zone: "a" }),
  endpoint("127.0.0.3", { region: "lab", zone: "b", weight: 3 }),
  endpoint("127.0.0.4", { region: "far", zone: "a" }),
  endpoint("127.0.0.5", { region: "near", zone: "a" }),
];
const outlierDetection = {};

const seen = (policy: TrafficPolicy) =>
  localitiesFor(CALLER, ENDPOINTS, policy).map(({ locality, endpoints, weight, priority }) => {
    const name = `${locality.region}/${locality.zone}`;
    return endpoints.length === 0 ? `${name} none` : `${name} weight ${weight} priority ${priority}`;
  });

test("all come first where nothing is asked for, or failover without outlier detection, or nothing is to depend on them", () => {
  const alike = ["lab/a weight 1 priority 0", "lab/b weight 3 priority 0"];
  expect(seen({}).slice(0, 2)).toEqual(alike);
  expect(seen({ locality: { failover: [{ from: "lab", to: "near" }] } }).slice(0, 2)).toEqual(alike);
  expect(seen({ outlierDetection, locality: { enabled: false } }).slice(0, 2)).toEqual(alike);
});

test("with outlier detection the nearest come first, also where nothing is said of localities", () => {
  expect(seen({ outlierDetection })).toEqual([
    "lab/a weight 1 priority 0",
    "lab/b weight 3 priority 1",
    "far/a weight 1 priority 2",
    "near/a weight 1 priority 2",
  ]);
});

test("the region that failover names comes before others", () => {
  expect(seen({ outlierDetection, locality: { failover: [{ from: "lab", to: "near" }] } })).toEqual([
    "lab/a weight 1 priority 0",
    "lab/b weight 3 priority 1",
    "far/a weight 1 priority 3",
    "near/a weight 1 priority 2",
  ]);
});

test("what is distributed goes by weight, several localities of one share by theirs, and others get nothing", () => {
  const distribute: NonNullable<TrafficPolicy["locality"]>["distribute"] = [
    { from: "far", to: { far: 100 } },
    { from: "lab/a", to: { "lab/*": 80, "near/a": 20 } },
  ];
  expect(seen({ locality: { distribute } })).toEqual([
    "lab/a weight 20 priority 0",
    "lab/b weight 60 priority 0",
    "far/a none",
    "near/a weight 20 priority 0",
  ]);
});
