import { experimental, logVerbosity, setLogger, setLogVerbosity } from "@grpc/grpc-js";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LeastRequestConfig } from "./least-request-config.ts";
import { PeakEwmaConfig } from "./peak-ewma-config.ts";
import { register } from "./register.ts";

const error = vi.fn();

beforeEach(() => {
  error.mockClear();
  setLogger({ error });
  setLogVerbosity(logVerbosity.ERROR);
});
afterEach(() => setLogger(console));

test.each([
  [{}, 2],
  [undefined, 2],
  [{ choiceCount: null }, 2],
  [{ choiceCount: 2 }, 2],
  [{ choiceCount: 10 }, 10],
  [{ choiceCount: 11 }, 10],
  [{ choiceCount: 3, unknown: true }, 3],
])("least_request_experimental %j draws %i", (json, choiceCount) => {
  const config = LeastRequestConfig.createFromJson(json);
  expect(config.choiceCount).toBe(choiceCount);
  expect(config.toJsonObject()).toEqual({ least_request_experimental: { choiceCount } });
});

test.each([
  [{}, 10_000],
  [undefined, 10_000],
  [{ decayMs: 0.5 }, 0.5],
  [{ decayMs: 60_000 }, 60_000],
])("peak_ewma %j decays in %f ms", (json, decayMs) => {
  const config = PeakEwmaConfig.createFromJson(json);
  expect(config.toJsonObject()).toEqual({ peak_ewma: { decayMs } });
});

test.each([
  ["least_request_experimental", { choiceCount: 1 }, "choiceCount is 1, but must be a whole number from 2"],
  ["least_request_experimental", { choiceCount: 2.5 }, "choiceCount is 2.5, but must be a whole number from 2"],
  ["least_request", { choiceCount: "3" }, 'choiceCount is "3", but must be a whole number from 2'],
  ["least_request", [], "the settings are [], but must be an object such as {}"],
  ["peak_ewma", { decayMs: 0 }, "decayMs is 0, but must be a number of milliseconds above 0"],
  ["peak_ewma", { decayMs: "10s" }, 'decayMs is "10s", but must be a number of milliseconds above 0'],
  ["peak_ewma", "fast", 'the settings are "fast", but must be an object such as {}'],
])("%s refuses %j, and says so once, because grpc-js does not", (name, json, reason) => {
  register();
  const parse = () => experimental.parseLoadBalancingConfig({ [name]: json } as never);
  expect(parse).toThrow(reason);
  expect(parse).toThrow(reason);
  expect(error).toHaveBeenCalledOnce();
  expect(error.mock.lastCall?.join(" ")).toMatch(/lb-policies: \w+ is not used: .*grpc-js takes the next policy/);
});
