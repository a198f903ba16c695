/** What a program of the bench can be asked: a function for each kind of request. */
export type Handlers = Readonly<Record<string, (argument: never) => unknown>>;

/** A request as it travels over the IPC channel. */
export interface Request {
  readonly name: string;
  readonly argument: unknown;
}

/** Its answer: what the handler resolved with, or why it did not. */
export type Reply = { readonly value: unknown } | { readonly error: string };

/** Answers the requests of the bench over the IPC channel of this process, and ends with the bench, however that ends. */
export function answerRequests(handlers: Handlers): void {
  process.on("message", async ({ name, argument }: Request) => {
    process.send?.(await answer(handlers[name], argument));
  });
  process.once("disconnect", () => process.exit());
}

async function answer(handler: Handlers[string] | undefined, argument: unknown): Promise<Reply> {
  try {
    if (handler === undefined) throw new TypeError("the program has no such handler");
    return { value: await handler(argument as never) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
