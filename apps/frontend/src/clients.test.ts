import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { startTestFrontend } from "./testing/test-frontend.ts";
import { withTool } from "./testing/tools.ts";

const PROTO = fileURLToPath(new URL("../../../proto", import.meta.url));
const CHANNELZ = join(dirname(createRequire(import.meta.url).resolve("@grpc/grpc-js/package.json")), "proto");
const SERVICE = "greeter.v1.GreeterService";

withTool("buf", "buf curl", (buf) => {
  test.each(["connect", "grpcweb", "grpc"])("calls every method that %s carries", async (protocol) => {
    await using edge = await startTestFrontend();
    const native = protocol === "grpc";
    const base = native ? `http://${edge.grpcAddress}` : edge.url;
    const call = (method: string, data: string) => {
      const how = ["--schema", PROTO, "--protocol", protocol, ...(native ? ["--http2-prior-knowledge"] : [])];
      return buf("curl", ...how, "--data", data, `${base}/${SERVICE}/${method}`);
    };
    const hello = await call("SayHello", '{"name": "Ada"}');
    expect([hello.code, JSON.parse(hello.stdout).message]).toEqual([0, "Hello from pod-a, Ada!"]);
    const stream = await call("SayHelloStream", '{"name": "Ada", "count": 3}');
    expect(stream.stdout.match(/Hello from pod-a, Ada!/g)).toHaveLength(3);
    const many = await call("SayHelloToMany", '{"name": "Ada"}{"name": "Alan"}');
    expect(JSON.parse(many.stdout).message).toBe("Hello from pod-a, Ada, Alan!");
    const chat = await call("Chat", '{"name": "Ada"}{"name": "Alan"}');
    if (native) expect(chat.stdout.match(/"message": *"[^"]+"/g)).toHaveLength(2);
    else expect(chat.code).not.toBe(0);
  });

  test.each(["connect", "grpcweb"])("shows a failure over %s", async (protocol) => {
    await using edge = await startTestFrontend({ BACKEND_TARGET: "127.0.0.1:1" });
    const how = ["--schema", PROTO, "--protocol", protocol, "--data", '{"name": "Ada"}'];
    const ended = await buf("curl", ...how, `${edge.url}/${SERVICE}/SayHello`);
    expect(ended.code).not.toBe(0);
    expect(JSON.parse(ended.stderr).code).toBe("unavailable");
  });
});

withTool("grpcurl", "grpcurl", (grpcurl) => {
  test("finds the service by reflection and calls all four kinds", async () => {
    await using edge = await startTestFrontend();
    const listed = await grpcurl("-plaintext", edge.grpcAddress, "list");
    expect(listed.stdout.split("\n")).toEqual(expect.arrayContaining([SERVICE, "grpc.health.v1.Health"]));
    const call = async (method: string, data: string) => {
      const ended = await grpcurl("-plaintext", "-d", data, edge.grpcAddress, `${SERVICE}/${method}`);
      return [ended.code, ended.stdout.match(/"message": "([^"]+)"/g)?.length];
    };
    expect(await call("SayHello", '{"name": "Ada"}')).toEqual([0, 1]);
    expect(await call("SayHelloStream", '{"name": "Ada", "count": 3}')).toEqual([0, 3]);
    expect(await call("SayHelloToMany", '{"name": "Ada"}{"name": "Alan"}')).toEqual([0, 1]);
    expect(await call("Chat", '{"name": "Ada"}{"name": "Alan"}')).toEqual([0, 2]);
  });

  test("is told of health and channels", async () => {
    await using edge = await startTestFrontend();
    const health = await grpcurl("-plaintext", edge.grpcAddress, "grpc.health.v1.Health/Check");
    expect(JSON.parse(health.stdout)).toEqual({ status: "SERVING" });
    const proto = ["-import-path", CHANNELZ, "-proto", "channelz.proto"];
    const channels = await grpcurl(
      "-plaintext",
      ...proto,
      edge.grpcAddress,
      "grpc.channelz.v1.Channelz/GetTopChannels",
    );
    expect([channels.code, channels.stderr]).toEqual([0, ""]);
  });
});

withTool("ghz", "ghz", (ghz) => {
  test("finds every call of a load answered", async () => {
    await using edge = await startTestFrontend();
    const load = ["--insecure", "--call", `${SERVICE}/SayHello`, "-d", '{"name":"Ada"}', "-n", "500", "-c", "20"];
    const ended = await ghz(...load, "-O", "json", edge.grpcAddress);
    expect(JSON.parse(ended.stdout).statusCodeDistribution).toEqual({ OK: 500 });
  });
});

withTool("curl", "curl", (curl) => {
  test("gets a greeting, and posts for one", async () => {
    await using edge = await startTestFrontend();
    const get = await curl("-sS", "--fail", `${edge.url}/hello?name=Ada`);
    expect(JSON.parse(get.stdout)).toMatchObject({ message: "Hello from pod-a, Ada!", servedBy: { pod: "pod-a" } });
    const json = ["-H", "content-type: application/json", "-d", '{"name":"Ada"}'];
    const post = await curl("-sS", "--fail", ...json, `${edge.url}/v1/greetings`);
    expect(JSON.parse(post.stdout)).toMatchObject({ message: "Hello from pod-a, Ada!" });
  });

  test("reads server-sent events as they come", async () => {
    await using edge = await startTestFrontend();
    const ended = await curl("-sS", "-N", "--fail", `${edge.url}/v1/greetings:stream?name=Ada&count=2`);
    expect(ended.stdout.match(/^event: .*$/gm)).toEqual(["event: greeting", "event: greeting", "event: end"]);
  });

  test("is refused a long body before it sends it", async () => {
    await using edge = await startTestFrontend();
    const json = ["-H", "content-type: application/json", "-H", "expect: 100-continue", "-d", "x".repeat(100_000)];
    const ended = await curl(
      "-sS",
      "-w",
      "%{http_code} %{size_upload}",
      "-o",
      "/dev/null",
      ...json,
      `${edge.url}/v1/greetings`,
    );
    expect(ended.stdout).toBe("413 0");
  });
});
