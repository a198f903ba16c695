import type { Experiment } from "@grpc-lb-lab/experiments";

/** An experiment that no library knows: it scales down, and tells how many pods answered and how many steps it took. */
export const MADE_UP_EXPERIMENT: Experiment = {
  name: "scale-down",
  question: "Who answers when pods leave?",
  alone: true,
  load: { kind: "unary", ratePerSecond: 100 },
  course: async ({ deployment, note, phase }) => {
    await phase("fewer", async () => {
      note("scale", { detail: "4 to 3 pods" });
      await deployment.scale(3);
    });
  },
  roughSeconds: () => 5,
  expectations: ({ records, steps }) => [
    {
      id: "one-step",
      what: "calls go on while one step is made",
      bound: "1 step, 1 call",
      measured: `${steps.length} step, ${records.length} calls`,
      ok: steps.length === 1 && records.length > 0,
    },
  ],
  figures: [
    {
      id: "answering",
      heading: ["pods that", "answered"],
      unit: "count",
      rank: 5,
      read: ({ pods }) => [pods.filter(({ calls }) => calls > 0).length],
    },
    { id: "steps", heading: ["", "steps"], unit: "count", rank: 6, read: ({ events }) => [countOf(events, "scale")] },
  ],
  summary: ({ pods }) => `There were ${pods.length} pods in all.`,
};

function countOf(events: readonly { readonly kind: string }[], kind: string): number {
  return events.filter((event) => event.kind === kind).length;
}
