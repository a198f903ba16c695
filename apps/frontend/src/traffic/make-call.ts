import type { CallKind } from "../backend/finished-call.ts";
import type { Greeter, GreeterCallOptions } from "../backend/greeter.ts";

const NAME = "page";
/** Messages on each of a call's streams. */
const MESSAGES = 3;

/** Makes one call of a kind and reads all its answers. Rejects as the greeter does. */
export async function makeCall(greeter: Greeter, kind: CallKind, options: GreeterCallOptions): Promise<void> {
  switch (kind) {
    case "unary":
      await greeter.sayHello({ name: NAME }, options);
      return;
    case "server-stream":
      await readAll(greeter.sayHelloStream({ name: NAME, count: MESSAGES }, options));
      return;
    case "client-stream":
      await greeter.sayHelloToMany(names(), options);
      return;
    case "chat":
      await readAll(greeter.chat(names(), options));
  }
}

async function* names() {
  for (let sent = 0; sent < MESSAGES; sent++) yield { name: NAME };
}

async function readAll(answers: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of answers);
}
