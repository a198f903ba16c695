import { hostname } from "node:os";
import { Metadata } from "@grpc/grpc-js";
import { expect, test } from "vitest";
import { echoAnswer } from "./echo-answer.ts";
import { echo } from "./testing/echo-call.ts";
import { startTestEcho } from "./testing/test-echo.ts";

test("an answer has the lines of Istio's, the request's headers first", async () => {
  await using pod = await startTestEcho({ POD_NAMESPACE: "echo-grpc", ZONE: "lab-a" });
  const lines = await echo(pod.client, "hello", { "x-a": "b", "x-data-bin": "AAEC" });
  expect(lines).toEqual([
    `Host=127.0.0.1:${pod.ports.plainGrpc}`,
    `RequestHeader=:authority:127.0.0.1:${pod.ports.plainGrpc}`,
    "RequestHeader=content-type:application/grpc",
    "RequestHeader=x-a:b",
    expect.stringMatching(/^RequestHeader=user-agent:grpc-node-js\//),
    "StatusCode=200",
    "ServiceVersion=v1",
    `ServicePort=${pod.ports.plainGrpc}`,
    "Namespace=echo-grpc",
    "IP=127.0.0.1",
    "Proto=GRPC",
    "Echo=hello",
    "Hostname=echo-a",
    "Zone=lab-a",
  ]);
});

test("without a namespace or a zone there is no such line, and the hostname stands for the pod", async () => {
  await using pod = await startTestEcho({ POD_NAME: "" });
  const lines = await echo(pod.client, "");
  expect(lines.filter((line) => /^(Namespace|Hostname|Zone|PeerSpiffe)=/.test(line))).toEqual([
    `Hostname=${hostname()}`,
  ]);
});

test("a client that proved who it is finds its SPIFFE ID, and an IPv4 client its IPv4 address", () => {
  const peerCertificate = { subjectaltname: "URI:spiffe://cluster.local/ns/a/sa/b" } as never;
  const call = { metadata: new Metadata(), peer: "::ffff:10.0.0.1:1234", host: "echo:7070", peerCertificate };
  const lines = echoAnswer("", call, { pod: "a", version: "v1", namespace: "", zone: "" }, 17070).split("\n");
  expect(lines).toContain("PeerSpiffe=spiffe://cluster.local/ns/a/sa/b");
  expect(lines).toContain("IP=10.0.0.1");
});
