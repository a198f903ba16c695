import type { Watch } from "@kubernetes/client-node";

/**
 * Makes `watch` tell as its end that it could not begin. In client-node 2.0 a watch rejects when there are no credentials for its request, and
 * `ListWatch` awaits it nowhere when it begins the next watch after one has ended: the process would end by an unhandled rejection.
 */
export function tellingWatch(watch: Watch): Watch {
  const begin = watch.watch.bind(watch);
  watch.watch = async (path, query, onObject, onEnd) =>
    begin(path, query, onObject, onEnd).catch((error: unknown) => {
      onEnd(error);
      return new AbortController();
    });
  return watch;
}
