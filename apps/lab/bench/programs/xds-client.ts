import { channel } from "node:diagnostics_channel";
import { Metadata } from "@grpc/grpc-js";
import { monotonicMs } from "@grpc-lb-lab/measure";
import { GreeterService, serviceClient } from "@grpc-lb-lab/proto";
import { callDeadline, createClient, loadClientConfig } from "@grpc-lb-lab/rpc";
import { answerRequests } from "./answer-requests.ts";

/** A grpc-js-xds client of the target in `BACKEND_TARGET`, by the bootstrap in `GRPC_XDS_BOOTSTRAP_CONFIG`. */
const config = loadClientConfig(process.env);
const seen = new Set<string>();
/** A call that fails fails whatever is waited for: it would show in the figures. */
const failure = Promise.withResolvers<never>();
failure.promise.catch(() => {});
let onAnswer: (pod: string) => void = () => {};
let firstAnswer: Promise<number> | undefined;
let connections = 0;
channel("net.client.socket").subscribe(() => {
  connections += 1;
});

const handlers = {
  /** Keeps `inFlight` calls running from now on; resolves when `pods` different pods have answered. */
  async call({ inFlight, pods }: { inFlight: number; pods: number }): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { sayHello } = serviceClient(GreeterService, await createClient(config));
    const next = () => {
      sayHello({ name: "bench" }, new Metadata(), { deadline: callDeadline(config) }, (error, response) => {
        if (error !== null) return failure.reject(error);
        const pod = response?.servedBy?.pod ?? "";
        seen.add(pod);
        if (seen.size === pods) resolve();
        onAnswer(pod);
        next();
      });
    };
    for (let lane = 0; lane < inFlight; lane++) next();
    await Promise.race([promise, failure.promise]);
  },

  /** Looks out for the first answer of `pod` from now on. */
  watch({ pod }: { pod: string }): void {
    const { promise, resolve } = Promise.withResolvers<number>();
    firstAnswer = promise;
    onAnswer = (answered) => {
      if (answered === pod) resolve(monotonicMs());
    };
  },

  /** How many connections were opened since the start, the one to the control plane included. */
  connections: (): number => connections,

  /** When that came, ms of the machine's monotonic clock. */
  firstAnswer: (): Promise<number | undefined> => Promise.race([firstAnswer, failure.promise]),
};

export type XdsClientHandlers = typeof handlers;

answerRequests(handlers);
