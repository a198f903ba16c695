import { nothingRecorded, type Recorded } from "@grpc-lb-lab/policies";
import type { Rule } from "../rule.ts";
import { agentBeforeApplication } from "./agent-before-application.ts";
import { booleanNames } from "./boolean-names.ts";
import { budgetBlocksDrain } from "./budget-blocks-drain.ts";
import { drainPresent } from "./drain-present.ts";
import { drainTime } from "./drain-time.ts";
import { grpcPortNames } from "./grpc-port-names.ts";
import { headlessInMesh } from "./headless-in-mesh.ts";
import { headlessTargetPort } from "./headless-target-port.ts";
import { hostsExist } from "./hosts-exist.ts";
import { imageTag } from "./image-tag.ts";
import { notObeyed } from "./not-obeyed.ts";
import { oneDestinationRule } from "./one-destination-rule.ts";
import { oneVirtualService } from "./one-virtual-service.ts";
import { oneXdsProcess } from "./one-xds-process.ts";
import { podSecurityRestricted } from "./pod-security-restricted.ts";
import { probesUnderStrict } from "./probes-under-strict.ts";
import { proxylessRefuses } from "./proxyless-refuses.ts";
import { selectorsMatch } from "./selectors-match.ts";
import { subsetsExist } from "./subsets-exist.ts";

/**
 * All rules. A new one is a file here, its line here, and an example that breaks it in examples/.
 * @param recorded - what runs have shown of who obeys which traffic rule.
 */
export const rulesBy = (recorded: Recorded): readonly Rule[] => [
  agentBeforeApplication,
  booleanNames,
  budgetBlocksDrain,
  drainPresent,
  drainTime,
  grpcPortNames,
  headlessInMesh,
  headlessTargetPort,
  hostsExist,
  imageTag,
  notObeyed(recorded),
  oneDestinationRule,
  oneVirtualService,
  oneXdsProcess,
  podSecurityRestricted,
  probesUnderStrict,
  proxylessRefuses(recorded),
  selectorsMatch,
  subsetsExist,
];

/** All rules where nothing is recorded. */
export const RULES: readonly Rule[] = rulesBy(nothingRecorded("kubernetes"));
