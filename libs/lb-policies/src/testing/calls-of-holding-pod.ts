import type { TestClient } from "./test-channel.ts";
import type { TestPod } from "./test-pod.ts";

/** How many of some calls the first of these pods gets when it holds on to its calls, while the others answer each before the next is made. */
export async function callsOfHoldingPod(client: TestClient, pods: readonly TestPod[], count: number): Promise<number> {
  await client.reach(...pods);
  const [holding] = pods;
  if (holding === undefined) throw new Error("there is no pod");
  const hold = Promise.withResolvers<void>();
  let onHeld = () => {};
  holding.onCall = () => {
    onHeld();
    return hold.promise;
  };
  const before = holding.calls;
  const answers: Promise<string>[] = [];
  for (let call = 0; call < count; call += 1) {
    const held = new Promise<void>((resolve) => {
      onHeld = resolve;
    });
    const answer = client.call();
    answers.push(answer);
    await Promise.race([answer, held]);
  }
  hold.resolve();
  await Promise.all(answers);
  holding.onCall = undefined;
  return holding.calls - before;
}
