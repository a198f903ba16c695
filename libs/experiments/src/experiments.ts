import { autoscale } from "./autoscale/autoscale.ts";
import { badPod } from "./bad-pod/bad-pod.ts";
import { cost, costPlaintext } from "./cost/cost.ts";
import { deadPeer } from "./dead-peer/dead-peer.ts";
import type { Experiment } from "./experiment.ts";
import { manyClients } from "./many-clients/many-clients.ts";
import { overload } from "./overload/overload.ts";
import { podCrash } from "./pod-crash/pod-crash.ts";
import { retryStorm } from "./retry-storm/retry-storm.ts";
import { rollout } from "./rollout/rollout.ts";
import { scaleUp } from "./scale-up/scale-up.ts";
import { share } from "./share/share.ts";
import { slowPod } from "./slow-pod/slow-pod.ts";
import { streams } from "./streams/streams.ts";

/** All experiments, in the order in which they are shown. */
export const EXPERIMENTS: readonly Experiment[] = [
  share,
  scaleUp,
  podCrash,
  rollout,
  deadPeer,
  slowPod,
  badPod,
  retryStorm,
  manyClients,
  overload,
  autoscale,
  streams,
  cost,
  costPlaintext,
];
