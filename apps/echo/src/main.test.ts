import { once } from "node:events";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { runEcho } from "./testing/run-echo.ts";

test("says for each port that it listens, serves, and drains on SIGTERM", async () => {
  await using pod = await runEcho({ POD_NAME: "echo-a", HTTP_PORT: "0,0" });
  const http = await pod.portOf("http");
  expect(pod.lines.filter(({ msg }) => msg === "listening").map(({ protocol }) => protocol)).toEqual([
    "admin",
    "http",
    "http",
    "plain-grpc",
    "grpc",
  ]);
  expect(await (await fetch(`http://127.0.0.1:${http}`)).text()).toContain("Hostname=echo-a\n");
  expect((await fetch(`http://127.0.0.1:${await pod.portOf("admin")}/readyz`)).status).toBe(200);
  pod.kill("SIGTERM");
  expect(await pod.exited).toEqual([0, null]);
  expect(pod.lines.at(-1)).toMatchObject({ msg: "drained", end: "finished" });
});

test("a wrong environment is told in one line, with all mistakes, and exits 2", async () => {
  await using pod = await runEcho({ PLAIN_GRPC_PORT: "grpc", HTTP_PORT: "80,80" });
  expect(await pod.exited).toEqual([2, null]);
  expect(pod.stderr()).toBe(
    'echo: wrong environment: PLAIN_GRPC_PORT="grpc" must be an integer from 0 to 65535; ' +
      'HTTP_PORT="80,80" must be different ports from 0 to 65535, separated by commas\n',
  );
});

test.each(["GRPC_PORT", "PLAIN_GRPC_PORT", "HTTP_PORT", "ADMIN_PORT"])(
  "a taken %s is told in one line and exits 2",
  async (variable) => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const address = other.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    try {
      await using pod = await runEcho({ [variable]: String(address.port) });
      expect(await pod.exited).toEqual([2, null]);
      expect(pod.stderr()).toBe(
        `echo: ${variable}: 127.0.0.1:${address.port} is taken by another program: stop it or choose another port\n`,
      );
    } finally {
      other.close();
    }
  },
);

test("xDS without a bootstrap is told in one line and exits 2", async () => {
  await using pod = await runEcho({ GRPC_SERVER: "xds", GRPC_PORT: "17070" });
  expect(await pod.exited).toEqual([2, null]);
  expect(pod.stderr()).toMatch(/^echo: wrong environment: GRPC_SERVER="xds" needs an xDS bootstrap: [^\n]+\n$/);
});
