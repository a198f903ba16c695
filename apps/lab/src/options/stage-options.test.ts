import { describe, expect, it } from "vitest";
import { lab } from "../testing/lab-process.ts";

describe("a run on a stage", () => {
  it.each([
    [["plain", "share", "--stage", "container"], "Did you mean containers?"],
    [["plain", "share", "--stage", "containers", "--tag", "a b"], "It must be the tag of an image"],
    [["plain", "share", "--tag", "v1"], "--tag has no effect on the local stage"],
    [["headless", "share", "--stage", "containers", "--dns-ttl", "1s"], "it uses the engine's DNS; leave it out"],
    [
      ["envoy", "share", "--stage", "containers", "--endpoint-lag", "1s"],
      "its endpoints come from the engine's DNS; leave it out",
    ],
    [
      ["watch", "dead-peer"],
      "dead-peer cuts pods off their network, which the local stage cannot do: use --stage containers",
    ],
    [["watch", "dead-peers"], "Did you mean dead-peer?"],
  ])("with %j gets a clear message and exit 2", async (args, message) => {
    const { status, stdout, stderr } = await lab(["run", ...args]);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stdout).toBe("");
    expect(status).toBe(2);
  });

  it("takes the tag of its images from LAB_TAG", async () => {
    const { status, stderr } = await lab(["run", "plain", "share"], { LAB_TAG: "a b" });
    expect(stderr).toContain("LAB_TAG");
    expect(status).toBe(2);
  });
});

it("is no matter of a demo, which runs on this machine and lists no experiment that needs a network", async () => {
  const { stdout } = await lab(["demo", "--help"]);
  expect(stdout).not.toContain("--stage");
  expect(stdout).not.toContain("dead-peer");
});
