import * as mutations from "./mutations.ts";

const { answeredBy, failingIn, halfFail, isLast, lastFails, noneFails, oneFails, unseen } = mutations;

/** For each experiment and expectation: what to see, each of which alone breaks it, under every mode and knob that has it. */
export const BREAKING_CASES: Readonly<Record<string, Readonly<Record<string, readonly mutations.Mutation[]>>>> = {
  share: {
    "one-pod-per-client": [answeredBy(mutations.anyPod), mutations.allFail],
    "even-share": [answeredBy(mutations.firstPod), mutations.allFail],
    "no-more-than-drawn": [answeredBy(mutations.firstPod), mutations.allFail],
    "share-of-zones": [answeredBy(mutations.podsOfOneZone), mutations.allFail],
    "even-share-in-zone": [answeredBy(mutations.onePodOfEachZone), mutations.allFail],
    "no-failed-calls": [oneFails],
    "failed-per-aged-connection": [halfFail],
  },
  "scale-up": {
    "new-pods-ready": [unseen("pod-ready")],
    "new-pods-answer": [answeredBy(mutations.podsOfBefore), mutations.allFail],
    "new-pods-idle": [mutations.newPodAnswersLast, mutations.lastOnesFail(3_500)],
    "one-pod-per-connection": [answeredBy(mutations.anyPod), mutations.allFail],
    "no-failed-calls": [oneFails],
    "failed-per-aged-connection": [halfFail],
  },
  "pod-crash": {
    "none-before": [halfFail],
    "pod-ends": [unseen("pod-crashed")],
    "dead-pod-is-silent": [mutations.deadPodAnswersLast],
    "others-answer": [mutations.lastOnesFail(600), mutations.deadPodAnswersAll],
    "in-flight-fail": [noneFails],
    "none-after": [mutations.lastOnesFail(500)],
    "one-pod-after": [lastFails],
    "only-in-flight-fail": [halfFail],
    "dead-endpoint-shows": [noneFails],
    "share-of-dead-endpoint": [mutations.allFail],
    "no-failed-calls": [oneFails],
    "few-unlucky-retries": [halfFail],
    "few-cut-short": [mutations.halfCutShort],
  },
  "dead-peer": {
    "none-before": [mutations.allFail],
    "vanished-pod-is-silent": [mutations.deadPodAnswersLast],
    "silence-shows": [noneFails],
    "last-failure": [mutations.lastOnesFail(900)],
    "connection-given-up": [mutations.failingByDeadlineIn("dropped")],
    "others-answer": [mutations.allFail, answeredBy(mutations.firstPod)],
    "still-failing": [noneFails, mutations.lastOnesAnswered(4_000)],
    "share-of-dead-pod": [mutations.allFail, halfFail],
  },
  rollout: {
    "all-replaced": [unseen("pod-gone"), answeredBy(mutations.podsOfBefore), mutations.allFail],
    "nobody-left": [noneFails, mutations.lastOnesAnswered(100)],
    "no-failed-calls": [oneFails],
    "few-meet-goaway": [halfFail],
    "undrained-calls-fail": [noneFails],
    "quick-rollout-fails": [noneFails],
    "quick-gap": [failingIn("quick", () => true, 80_000)],
    "slow-rollout-safe": [failingIn("slow", isLast)],
    "slow-rollout-goaways": [failingIn("slow", () => true)],
  },
};
