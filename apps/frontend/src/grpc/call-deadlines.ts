import type { Deadline, Metadata, UntypedHandleCall } from "@grpc/grpc-js";
import type { CallContext, GrpcService } from "@grpc-lb-lab/rpc";

interface ServerCall {
  readonly metadata: Metadata;
  getDeadline(): Deadline;
}

/** The deadlines of a service's calls. grpc-js takes `grpc-timeout` out of the metadata, and a {@link CallContext} does not tell it. */
export class CallDeadlines {
  readonly #deadlines = new WeakMap<Metadata, Deadline>();

  /** The service, with the deadline of each call noted before its handler runs. */
  watch(service: GrpcService): GrpcService {
    const handlers = Object.entries(service.handlers).map(([name, handler]) => [name, this.#noting(handler)]);
    return { ...service, handlers: Object.fromEntries(handlers) };
  }

  /** The time that a call has left, in ms; undefined without a deadline. */
  remainingMs({ metadata }: Pick<CallContext, "metadata">): number | undefined {
    const deadline = Number(this.#deadlines.get(metadata) ?? Number.POSITIVE_INFINITY);
    return deadline === Number.POSITIVE_INFINITY ? undefined : deadline - Date.now();
  }

  #noting(handler: UntypedHandleCall): UntypedHandleCall {
    const run = handler as (call: ServerCall, callback: unknown) => void;
    const noting = (call: ServerCall, callback: unknown) => {
      this.#deadlines.set(call.metadata, call.getDeadline());
      run(call, callback);
    };
    return noting as unknown as UntypedHandleCall;
  }
}
