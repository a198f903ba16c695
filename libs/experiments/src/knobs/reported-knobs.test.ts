import { describe, expect, it } from "vitest";
import { type ModeKey, renamed } from "../testing/renamed-modes.ts";
import { type Knobs, resolveKnobs } from "./knobs.ts";
import { lengthReason, reportedKnobs } from "./reported-knobs.ts";

describe("reported knobs", () => {
  const reported = (key: ModeKey, overrides = {}) => {
    const pathWith = (knobs: Knobs) => renamed(key).path({ ...knobs, pushMs: 0 });
    return new Map(reportedKnobs(resolveKnobs({}, overrides), pathWith).map((knob) => [knob.name, knob]));
  };

  it("stand beside their defaults, with a reason exactly where they differ", () => {
    const knobs = reported("headless", { clients: 3, maxAgeMs: 3_000 });
    expect(knobs.get("clients")).toEqual({ name: "clients", value: 3, default: 1, reason: "as asked" });
    expect(knobs.get("maxConnectionAgeMs")).toMatchObject({ value: 3_000, default: 0 });
    for (const { value, default: standard, reason } of knobs.values()) expect(reason === "").toBe(value === standard);
  });

  it("tell the floor of resolutions where DNS is asked, and nowhere else", () => {
    expect(reported("headless").get("dnsMinIntervalMs")).toEqual({
      name: "dnsMinIntervalMs",
      value: 1_000,
      default: 30_000,
      reason: "shortened to keep the run short",
    });
    expect(reported("plain").has("dnsMinIntervalMs")).toBe(false);
  });

  it("tell policy and client retries where the client has a say, and retries by proxies where there are any", () => {
    const set = { policy: "pick_first", retry: "3", proxyRetries: 1 };
    const names = (mode: ModeKey) =>
      ["policy", "retry", "proxyRetries"].filter((name) => reported(mode, set).has(name));
    expect(names("headless")).toEqual(["policy", "retry"]);
    expect(names("sidecar")).toEqual(["policy", "retry", "proxyRetries"]);
    expect(names("proxyless")).toEqual(["proxyRetries"]);
  });

  it("tell how often proxies or xDS retry when nobody has asked", () => {
    const asHad = (value: number) => ({ name: "proxyRetries", value, default: value, reason: "" });
    expect(reported("envoy").get("proxyRetries")).toEqual(asHad(0));
    expect(reported("proxyless").get("proxyRetries")).toEqual(asHad(2));
    expect(reported("proxyless", { proxyRetries: 0 }).get("proxyRetries")).toMatchObject({ value: 0, default: 2 });
  });

  it("tell what is only of some runs where it is: a grace of aged connections, a length of streams", () => {
    expect(reported("plain").has("maxConnectionAgeGraceMs")).toBe(false);
    expect(reported("plain").has("streamMs")).toBe(false);
    expect(reported("plain", { maxAgeGraceMs: 500 }).get("maxConnectionAgeGraceMs")).toMatchObject({ value: 500 });
    expect(reported("plain", { streamMs: 10_000 }).get("streamMs")).toMatchObject({
      value: 10_000,
      default: 300_000,
      reason: "shortened to keep the run short",
    });
  });

  it("tell the loop: calls per second, or calls at once", () => {
    expect(reported("plain").get("ratePerSecond")).toMatchObject({ value: 100 });
    const closed = reported("plain", { inFlight: 8 });
    expect(closed.get("inFlight")).toMatchObject({ value: 8, reason: "closed loop, as asked" });
    expect(closed.has("ratePerSecond")).toBe(false);
  });
});

it("calls only a shorter time shortened", () => {
  expect(lengthReason(1_000, 30_000)).toContain("shortened");
  expect(lengthReason(60_000, 30_000)).toBe("as asked");
});
