/** Starts a container by testcontainers, says the label of all that it has started, and goes on until it is killed. */

import {
  GenericContainer,
  getContainerRuntimeClient,
  getReaper,
  LABEL_TESTCONTAINERS_SESSION_ID,
  PullPolicy,
  Wait,
} from "testcontainers";
import { guardTestcontainers } from "./guard-testcontainers.ts";
import { TAG } from "./under-test.ts";

await guardTestcontainers();
const { sessionId } = await getReaper(await getContainerRuntimeClient());
await new GenericContainer(`grpc-lb-lab/backend:${TAG}`)
  .withPullPolicy(PullPolicy.neverPull())
  .withWaitStrategy(Wait.forLogMessage(/./))
  .start();
process.stdout.write(`${LABEL_TESTCONTAINERS_SESSION_ID}=${sessionId}\n`);
setInterval(() => {}, 60_000);
