import { once } from "node:events";
import { readFile, rm, writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, expect, it, vi } from "vitest";
import { fakeApiServer } from "./testing/fake-api-server.ts";
import { WatchedObjects } from "./watched-objects.ts";

afterAll(() => vi.unstubAllEnvs());

const PODS = "/api/v1/namespaces/lab-plain/pods";
const LIST = { metadata: { resourceVersion: "7" }, items: [{ metadata: { name: "backend-1" } }] };

it("lives through a time without credentials, also where it begins as a watch ends", async () => {
  const watches: ServerResponse[] = [];
  const begun = new EventTarget();
  await using api = await fakeApiServer(
    {
      [PODS]: LIST,
      [`${PODS}?watch=true&resourceVersion=7`]: (response) => {
        response.writeHead(200).flushHeaders();
        watches.push(response);
        begun.dispatchEvent(new Event("watch"));
      },
    },
    // As gke-gcloud-auth-plugin: asked for each request, and failing once it has no login any more.
    (folder) => ({
      exec: {
        apiVersion: "client.authentication.k8s.io/v1",
        command: "sh",
        args: ["-c", `echo asked >> ${folder}/asked; exec cat ${folder}/login`],
      },
    }),
  );
  const login = { status: { token: "secret", expirationTimestamp: new Date(0).toISOString() } };
  await writeFile(`${api.folder}/login`, JSON.stringify(login));
  const first = once(begun, "watch");
  await using pods = await WatchedObjects.start(api.client, PODS, undefined, () => {});
  await first;
  await rm(`${api.folder}/login`);
  const again = once(begun, "watch");
  watches[0]?.end();
  await asked(api.folder, 4); // The list twice, the first watch, and the one that failed.
  await writeFile(`${api.folder}/login`, JSON.stringify(login));
  await again;
  expect(pods.all).toHaveLength(1);
});

/** Resolves when the credential plugin has been asked so often. */
async function asked(folder: string, times: number): Promise<void> {
  while ((await readFile(`${folder}/asked`, "utf8")).trim().split("\n").length < times) await delay(10);
}
