import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { beforeAll, describe, expect, test } from "vitest";
import { adminBlock, type EnvoyBootstrap, socketAddress } from "./bootstrap.ts";

import { ENVOY } from "./envoy-program.ts";
import { type Spawn, startEnvoy } from "./start-envoy.ts";

let binary: { readonly path: string };
beforeAll(async () => {
  binary = await ENVOY.find({ env: process.env });
});

async function listening(): Promise<Server & AsyncDisposable> {
  // What a client sends is read and dropped: unread, it would keep the connection, and with it the server, from closing.
  const server = createServer((socket) => socket.on("error", () => socket.destroy()).resume()).listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("not a TCP server");
  return address.port;
}

async function freePort(): Promise<number> {
  await using server = await listening();
  return portOf(server);
}

/** An Envoy that answers 200 on a port. */
function answering(adminPort: number, port: number): EnvoyBootstrap {
  const manager = {
    "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
    statPrefix: "test",
    httpFilters: [
      {
        name: "envoy.filters.http.router",
        typedConfig: { "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router" },
      },
    ],
    routeConfig: {
      virtualHosts: [
        { name: "all", domains: ["*"], routes: [{ match: { prefix: "/" }, directResponse: { status: 200 } }] },
      ],
    },
  };
  const filterChains = [{ filters: [{ name: "http", typedConfig: manager }] }];
  const listener = { name: "test", address: socketAddress("127.0.0.1", port), enableReusePort: false, filterChains };
  return { admin: adminBlock("127.0.0.1", adminPort), staticResources: { listeners: [listener] } };
}

test("a started Envoy is live, serves, and is gone once disposed of", async () => {
  const [adminPort, port] = [await freePort(), await freePort()];
  const spawned: ChildProcess[] = [];
  const tracking: Spawn = (...args) => {
    const child = spawn(...args);
    spawned.push(child);
    return child;
  };
  {
    await using envoy = await startEnvoy({ binary, name: "edge", config: answering(adminPort, port), spawn: tracking });
    expect(envoy).toMatchObject({ name: "edge", pid: spawned[0]?.pid, adminAddress: `127.0.0.1:${adminPort}` });
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
  }
  expect(spawned).toHaveLength(1);
  expect(spawned[0]?.exitCode ?? spawned[0]?.signalCode).not.toBeNull();
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
});

test("stop resolves with how it ended, twice if asked twice", async () => {
  const config = answering(await freePort(), await freePort());
  const envoy = await startEnvoy({ binary, name: "edge", config });
  expect(await envoy.stop()).toEqual({ code: 0, signal: null });
  expect(await envoy.stop()).toEqual({ code: 0, signal: null });
});

test("an Envoy that ignores SIGTERM is killed after the grace", async () => {
  const config = answering(await freePort(), await freePort());
  const envoy = await startEnvoy({ binary, name: "edge", config });
  process.kill(envoy.pid, "SIGSTOP");
  expect(await envoy.stop(50)).toEqual({ code: null, signal: "SIGKILL" });
});

describe("an Envoy that does not start says why", () => {
  test("its admin port is taken", async () => {
    await using taken = await listening();
    const config = answering(portOf(taken), await freePort());
    await expect(startEnvoy({ binary, name: "edge", config })).rejects.toThrow(
      `Envoy edge cannot start: its admin address 127.0.0.1:${portOf(taken)} is taken`,
    );
  });

  test("a listener's port is taken", async () => {
    await using taken = await listening();
    const config = answering(await freePort(), portOf(taken));
    await expect(startEnvoy({ binary, name: "edge", config })).rejects.toThrow(
      `127.0.0.1:${portOf(taken)} is taken by another program`,
    );
  });

  test("its configuration is refused", async () => {
    const config = { admin: adminBlock("127.0.0.1", await freePort()), staticResource: {} };
    await expect(startEnvoy({ binary, name: "edge", config })).rejects.toThrow(
      /Envoy edge ended with exit code 1 before it was ready.*staticResource/s,
    );
  });

  test("its file is gone", async () => {
    const config = answering(await freePort(), await freePort());
    const gone = { ...binary, path: "/nowhere/envoy" };
    await expect(startEnvoy({ binary: gone, name: "edge", config })).rejects.toThrow(
      "Envoy edge cannot be started: spawn /nowhere/envoy ENOENT",
    );
  });

  test("its control plane never answers and the caller gives up", async () => {
    await using silent = await listening();
    const abort = new AbortController();
    silent.once("connection", () => abort.abort(new Error("enough")));
    const config = waitingFor(portOf(silent), await freePort());
    await expect(startEnvoy({ binary, name: "edge", config, signal: abort.signal })).rejects.toThrow(
      /Envoy edge was not ready when its start was aborted; .*\/ready last said/,
    );
  });
});

/** An Envoy whose clusters come from an ADS server. */
function waitingFor(adsPort: number, adminPort: number): EnvoyBootstrap {
  const endpoint = { lbEndpoints: [{ endpoint: { address: socketAddress("127.0.0.1", adsPort) } }] };
  return {
    node: { id: "edge", cluster: "test" },
    admin: adminBlock("127.0.0.1", adminPort),
    dynamicResources: {
      adsConfig: {
        apiType: "GRPC",
        transportApiVersion: "V3",
        grpcServices: [{ envoyGrpc: { clusterName: "ads" } }],
      },
      cdsConfig: { ads: {}, initialFetchTimeout: "0s", resourceApiVersion: "V3" },
    },
    staticResources: {
      clusters: [{ name: "ads", type: "STATIC", loadAssignment: { clusterName: "ads", endpoints: [endpoint] } }],
    },
  };
}
