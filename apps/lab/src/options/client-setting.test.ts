import { expect, it } from "vitest";
import { clientSetting } from "./client-setting.ts";

it("gathers client settings, the last one of a name counts", () => {
  const one = clientSetting("BACKEND_RETRY=4", {});
  expect(clientSetting("BACKEND_RETRY=off", clientSetting("BACKEND_LB_POLICY=", one))).toEqual({
    BACKEND_RETRY: "off",
    BACKEND_LB_POLICY: "",
  });
});

it.each(["PATH=/tmp", "BACKEND_RETRY", "=4", "backend_retry=4"])("refuses %s", (value) => {
  expect(() => clientSetting(value, {})).toThrow("It must be a client setting");
});
