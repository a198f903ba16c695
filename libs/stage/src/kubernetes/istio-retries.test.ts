import { expect, it } from "vitest";
import { withAttempts } from "./istio-retries.ts";

const RULE = {
  match: [{ headers: { canary: { exact: "yes" } } }],
  route: [{ destination: { host: "backend", subset: "v2" } }],
  retries: { attempts: 5, perTryTimeout: "2s", retryOn: "unavailable,cancelled" },
};

it("changes the attempts of a user's retries and nothing else", () => {
  const spec = { hosts: ["backend"], gateways: ["mesh"], http: [RULE, { route: RULE.route }] };
  expect(withAttempts(2, spec)).toEqual({
    ...spec,
    http: [
      { ...RULE, retries: { attempts: 2, perTryTimeout: "2s", retryOn: "unavailable,cancelled" } },
      { route: RULE.route, retries: { attempts: 2 } },
    ],
  });
});

it("switches them off as Istio accepts it: without conditions", () => {
  expect(withAttempts(0, { http: [RULE] })).toEqual({ http: [{ ...RULE, retries: { attempts: 0 } }] });
});

it("makes the rule of a Service without rules", () => {
  expect(withAttempts(1)).toEqual({
    hosts: ["backend"],
    http: [{ route: [{ destination: { host: "backend" } }], retries: { attempts: 1 } }],
  });
});
