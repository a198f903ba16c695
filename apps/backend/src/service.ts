import type { GreeterService } from "@grpc-lb-lab/proto";
import type { Identity, ServiceImplementation } from "@grpc-lb-lab/rpc";
import { type CallWork, sleep } from "@grpc-lb-lab/rpc/work";

/** GreeterService: greets, says in each answer which pod answered, and takes the pod's work (time, or a fault) for each call. */
export function greeter(servedBy: Identity, work: CallWork): ServiceImplementation<typeof GreeterService> {
  const greet = (...names: string[]) => ({ message: `Hello from ${servedBy.pod}, ${names.join(", ")}!`, servedBy });
  return {
    async sayHello({ name }, call) {
      await work.take("SayHello", call);
      return greet(name);
    },

    async *sayHelloStream({ name, count, intervalMs }, call) {
      await work.take("SayHelloStream", call);
      const beganAtMs = performance.now();
      for (let sent = 0; sent < Math.max(1, count); sent++) {
        // By a schedule, and not from one to the next: a timer's lateness would add up over a long stream.
        if (sent > 0) await sleep(beganAtMs + sent * intervalMs - performance.now(), call);
        yield greet(name);
      }
    },

    async sayHelloToMany(requests, call) {
      const names = [];
      for await (const { name } of requests) names.push(name);
      await work.take("SayHelloToMany", call);
      return greet(...names);
    },

    async *chat(requests, call) {
      await work.take("Chat", call);
      for await (const { name } of requests) yield greet(name);
    },
  };
}
