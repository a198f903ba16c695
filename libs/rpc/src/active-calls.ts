import {
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
  type StatusObject,
} from "@grpc/grpc-js";

/** The calls that a server has not ended yet, so that it can end them with a status of its choice. */
export class ActiveCalls {
  readonly #calls = new Set<ServerInterceptingCallInterface>();

  /** Has to come last, so that whatever else intercepts calls sees the end that `endAll` makes. */
  readonly interceptor: ServerInterceptor = (_method, next) => {
    this.#calls.add(next);
    return new ServerInterceptingCall(next, {
      start: (start) => start({ onCancel: () => this.#calls.delete(next) }),
      sendStatus: (status, proceed) => {
        if (this.#calls.delete(next)) proceed(status);
      },
    });
  };

  endAll(status: Pick<StatusObject, "code" | "details">): void {
    for (const call of this.#calls) call.sendStatus(status);
    this.#calls.clear();
  }
}
