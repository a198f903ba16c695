import { once } from "node:events";
import { KubeConfig, ListWatch, Watch } from "@kubernetes/client-node";
import { expect, it, vi } from "vitest";
import { tellingWatch } from "./telling-watch.ts";

type End = (error?: unknown) => void;

/** A `ListWatch` whose watch begins once, and then never again for want of credentials; how to end the first one. */
async function followed(made: (watch: Watch) => Watch) {
  const watch = new Watch(new KubeConfig());
  let end: End = () => {};
  const begin = vi.fn<Watch["watch"]>().mockRejectedValue(new Error("no credentials"));
  begin.mockImplementationOnce(async (_path, _query, _onObject, onEnd) => {
    end = onEnd;
    return new AbortController();
  });
  watch.watch = begin;
  const list = async () => ({ metadata: {}, items: [] });
  const informer = new ListWatch("/api/v1/pods", made(watch), list, false);
  const told = vi.fn();
  informer.on("error", told);
  await informer.start();
  return { end: () => end(), informer, told };
}

it("may go when a watch of client-node that cannot begin again rejects nothing that nobody awaits", async () => {
  // Vitest's own listeners would make it an error of the run.
  const listeners = process.rawListeners("unhandledRejection") as NodeJS.UnhandledRejectionListener[];
  process.removeAllListeners("unhandledRejection");
  try {
    const rejection = once(process, "unhandledRejection");
    const { end, told } = await followed((watch) => watch);
    end();
    expect((await rejection)[0]).toEqual(new Error("no credentials"));
    expect(told).not.toHaveBeenCalled();
  } finally {
    for (const listener of listeners) process.on("unhandledRejection", listener);
  }
});

it("tells the informer", async () => {
  const { end, informer, told } = await followed(tellingWatch);
  end();
  await vi.waitFor(() => expect(told).toHaveBeenCalledWith(new Error("no credentials")));
  await informer.stop();
});
