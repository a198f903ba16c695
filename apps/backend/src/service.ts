import type { GreeterService } from "@grpc-lb-lab/proto";
import type { Identity, ServiceImplementation } from "@grpc-lb-lab/rpc";
import { sleep } from "./sleep.ts";
import type { Work } from "./work.ts";

/** GreeterService: greets, says in each answer which pod answered, and takes `work` (time, or a fault) for each call. */
export function greeter(servedBy: Identity, work: Work): ServiceImplementation<typeof GreeterService> {
  const greet = (...names: string[]) => ({ message: `Hello from ${servedBy.pod}, ${names.join(", ")}!`, servedBy });
  return {
    async sayHello({ name }, call) {
      await work(call);
      return greet(name);
    },

    async *sayHelloStream({ name, count, intervalMs }, call) {
      await work(call);
      for (let sent = 0; sent < Math.max(1, count); sent++) {
        if (sent > 0) await sleep(intervalMs, call);
        yield greet(name);
      }
    },

    async sayHelloToMany(requests, call) {
      const names = [];
      for await (const { name } of requests) names.push(name);
      await work(call);
      return greet(...names);
    },

    async *chat(requests, call) {
      await work(call);
      for await (const { name } of requests) yield greet(name);
    },
  };
}
