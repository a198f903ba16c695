import { POLICIES } from "@grpc-lb-lab/policies";
import { describe, expect, it } from "vitest";
import { lab } from "../testing/lab-process.ts";

describe("lab policy", () => {
  it.each([60, 80, 100])("lists every policy within %i columns", async (columns) => {
    const { status, stdout } = await lab(["policy"], { COLUMNS: String(columns) });
    expect(status).toBe(0);
    for (const { name, title } of POLICIES) expect(stdout).toContain(`${name}: ${title}`);
    expect(Math.max(...stdout.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(columns);
  });

  it("shows what to paste in each dialect, with the parameters that are set", async () => {
    const { status, stdout } = await lab(["policy", "fault-abort", "--set", "percent=20"]);
    expect(status).toBe(0);
    expect(stdout).toContain("asks: 20 % of the calls end UNAVAILABLE");
    expect(stdout).toMatch(/## Istio\n\napiVersion: networking.istio.io\/v1\n(?:.*\n)+ +value: 20\n/);
    expect(stdout).toMatch(/## HAProxy\n\nfrontend grpc\n/);
  });

  it("shows one dialect alone", async () => {
    const { stdout } = await lab(["policy", "fault-abort", "--dialect", "nginx"]);
    expect(stdout).toContain("split_clients");
    expect(stdout).not.toContain("VirtualService");
  });

  it("gives JSON to machines", async () => {
    const all = JSON.parse((await lab(["policy", "--json"])).stdout) as { policy: string }[];
    expect(all.map(({ policy }) => policy)).toEqual(POLICIES.map(({ name }) => name));
    const one = JSON.parse((await lab(["policy", "fault-abort", "--json"])).stdout);
    expect(one).toMatchObject({ policy: "fault-abort", parameters: { percent: 50 } });
    expect(one.dialects.Istio.rules.objects[0].kind).toBe("VirtualService");
  });

  it("says at once what no dialect of a mode can say, and that nothing was tried for it", async () => {
    const { status, stdout, stderr } = await lab(["policy", "fault-abort", "--mode", "plain"]);
    expect(stdout).toContain("plain (gRPC): not expressible");
    expect([status, stderr]).toEqual([0, ""]);
  });
});

describe("bad input", () => {
  it.each([
    [["policy", "fault-abrt"], "Did you mean fault-abort?"],
    [["policy", "fault-abort", "--mode", "envoi"], "Did you mean envoy?"],
    [["policy", "fault-abort", "--mode", "envoy", "--dialect", "isto"], "Did you mean istio?"],
    [
      ["policy", "fault-abort", "--mode", "envoy", "--dialect", "istio"],
      "envoy cannot be asked in Istio: ask in Envoy",
    ],
    [
      ["policy", "fault-abort", "--set", "per_cent=5"],
      "has no such parameter; there are percent. Did you mean percent?",
    ],
    [["policy", "fault-abort", "--set", "percent"], "such as percent=20"],
    [["policy", "fault-abort", "--set", "percent=half"], "is a number: write it as percent=50"],
    [["policy", "fault-abort", "--stage", "containers"], "--stage has no effect without --mode; leave it out"],
    [["policy", "fault-abort", "--app", "echo"], "--app has no effect without --mode; leave it out"],
    [
      ["policy", "match-method", "--mode", "envoy", "--app", "echo"],
      "match-method calls SayHelloStream, which the application echo does not have; use another mode, --stage or --app",
    ],
    [
      ["policy", "session-affinity", "--mode", "envoy", "--app", "frontend"],
      "session-affinity makes its calls from 8 clients, and the frontend is one; use another mode, --stage or --app",
    ],
    [
      ["policy", "weights", "--mode", "envoy", "--app", "frontend", "--stage", "containers"],
      "the containers stage starts no frontend for calls to go through",
    ],
    [["policy", "--mode", "envoy"], "--mode has no effect without a policy; leave it out"],
    [["policy", "fault-abort", "--mode", "envoy", "--stage", "kubernetes"], "needs --context"],
    [["policy", "fault-abort", "--mode", "gateway"], "gateway does not run on the local stage"],
    [["truth", "--policies", "fault-abrt"], "Did you mean fault-abort?"],
    [["truth", "--modes", "gateway", "--policies", "fault-abort"], "none of these trials can be made: gateway"],
    [["truth", "--stage", "containers", "--at-once", "2"], "--at-once has no effect on the containers stage"],
    [
      ["truth", "--app", "echo", "--record"],
      "--record keeps what comes out with the greeter; leave it out with --app echo",
    ],
    [
      ["truth", "--app", "echo", "--policies", "match-method"],
      "match-method calls SayHelloStream, which the application echo does not have",
    ],
    [["truth", "--recorded", "/dev/null"], "/dev/null/local.json: cannot be read"],
  ])("%j gets a clear message and exit 2", async (args, message) => {
    const { status, stdout, stderr } = await lab(args);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect([status, stdout]).toEqual([2, ""]);
  });
});
