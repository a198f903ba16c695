import { beganMs, type CallRecord, monotonicMs, type RunEvent } from "@grpc-lb-lab/measure";
import { balancerOf } from "@grpc-lb-lab/modes";
import { InputError, type Path, waitAtMost } from "@grpc-lb-lab/stage-api";
import type { Course, Experiment } from "../experiment.ts";
import { failedPartOf } from "../figures.ts";
import { freshOf } from "../fresh-of.ts";
import type { KnobOverrides } from "../knobs/knobs.ts";
import { failedCalls } from "../observation.ts";
import { pickers } from "../pickers.ts";
import { podInUse } from "../pod-in-use.ts";
import { capitalized, partOfCalls } from "../quantity.ts";
import { backMs, badPodExpectations } from "./bad-pod-expectations.ts";
import { AFTER, ejectionOf, FAILING, ON_ITS_WAY_MS, seenFailure, WELL } from "./seen.ts";

const PODS = 5;
const RATE = 200;
const CODE = "UNAVAILABLE";
/** So long that pods which are well have two calls under way each: the one that fails at once has none. */
const WORK_MS = 50;
const WELL_MS = 1_000;
const FAILING_MS = 3_000;
/** How long a pod is watched at least that should be left out. */
const LEFT_OUT_MS = 1_000;
/** How far a client may be behind. */
const LONGEST_LAG_MS = 5_000;
/** How long the pod is waited for at most where nobody leaves it out. */
const BACK_MS = 5_000;
const LAST_MS = 500;

/** `bad-pod`: which calls fail when one pod answers UNAVAILABLE at once, and who leaves it out? */
export const badPod: Experiment = {
  name: "bad-pod",
  question: `Which calls fail when one of five pods answers ${CODE} at once?`,
  alone: false,
  isInDemo: false,
  load: { kind: "unary", ratePerSecond: RATE },
  knobs: ({ asked, path }) => {
    const pods = asked.pods ?? PODS;
    if (pods === 1) throw new InputError("bad-pod needs at least 2 pods: with 1, no other pod could answer");
    return { pods, workMs: WORK_MS, ...rateOf(pods, asked, path) };
  },
  course: async (course) => {
    const { deployment, note, pause, phase } = course;
    await phase(WELL, () => pause(WELL_MS));
    const pod = await podInUse(course);
    note("fail", { pod, detail: CODE });
    await deployment.fault(pod, { errorCode: CODE, errorShare: 1 });
    await phase(FAILING, () => untilSeen(course));
    await deployment.fault(pod, {});
    note("recover", { pod });
    await phase(AFTER, () => untilBack(pod, course));
  },
  roughSeconds: ({ path }) => (WELL_MS + failingMs(path) + (ejectionOf(path)?.ms ?? 0) + LAST_MS) / 1_000,
  expectations: badPodExpectations,
  figures: [
    {
      id: "failed-part",
      heading: ["failed by", "a bad pod"],
      unit: "part",
      rank: 46,
      read: failedPartOf(FAILING),
    },
    {
      id: "back-after",
      heading: ["it is", "back after"],
      unit: "ms",
      explanation: `The time until a pod is back counts from when it is well again to when it has answered a call.`,
      rank: 47,
      read: ({ events }) => waitedFor(events),
    },
  ],
  summary: (observation) => {
    const { meanwhile } = seenFailure(observation);
    const part = partOfCalls(failedCalls(meanwhile).length, meanwhile.length);
    return `${capitalized(part)} failed while one pod answered ${CODE}.`;
  },
};

/**
 * As many calls as an ejection needs.
 * @throws {InputError} where the caller asks for fewer, or for fewer pods.
 */
function rateOf(pods: number, asked: KnobOverrides, path: Path): KnobOverrides {
  const ejection = ejectionOf(path);
  if (ejection === undefined || asked.inFlight !== undefined) return {};
  if (pods < ejection.pods)
    throw new InputError(`bad-pod needs at least ${ejection.pods} pods here: of fewer, none is left out`);
  const { pick } = balancerOf(path);
  const needed = Math.ceil(ejection.callsPerSecond * pods * pickers(pick, asked.clients ?? 1));
  if (asked.rate !== undefined && asked.rate < needed)
    throw new InputError(
      `bad-pod needs --rate ${needed} here: of fewer calls per second, too few fail for the pod to be left out`,
    );
  return { rate: Math.max(RATE, needed) };
}

/** So long that whoever leaves the pod out has noticed, and is seen to leave it out. */
function failingMs(path: Path): number {
  const ejection = ejectionOf(path);
  return (ejection === undefined ? FAILING_MS : ejection.noticedMs + LEFT_OUT_MS) + ON_ITS_WAY_MS;
}

/** Waits so long by the calls' own times: a client that is behind has not seen yet what it is to see. */
async function untilSeen({ load, path, pause, signal }: Course): Promise<void> {
  const toMs = monotonicMs() + failingMs(path);
  await pause(toMs - monotonicMs());
  await waitAtMost(LONGEST_LAG_MS, signal, (ofWait) =>
    load.waitFor((fresh) => fresh.some((record) => beganMs(record) >= toMs - ON_ITS_WAY_MS), ofWait),
  );
}

/** Waits for the pod's first answer since now, and notes it. */
async function untilBack(pod: string, { load, signal, note, pause, path }: Course): Promise<void> {
  const ejection = ejectionOf(path);
  const answered = (record: CallRecord) => record.code === 0 && record.pod === pod;
  const fresh = freshOf(() => load.records);
  fresh(); // Those of before.
  let isBack = false;
  await waitAtMost(ejection === undefined ? BACK_MS : backMs(ejection), signal, (ofWait) =>
    load.waitFor(() => {
      isBack = fresh().some(answered);
      return isBack;
    }, ofWait),
  );
  if (isBack) note("answer", { pod });
  await pause(LAST_MS);
}

/** Null: it never answered again. */
function waitedFor(events: readonly RunEvent[]): (number | null)[] {
  const [well, answer] = ["recover", "answer"].map((kind) => events.find((event) => event.kind === kind)?.atMs);
  if (well === undefined) return [];
  return [answer === undefined ? null : answer - well];
}
