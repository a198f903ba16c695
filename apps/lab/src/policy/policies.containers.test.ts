import { MODES } from "@grpc-lb-lab/modes";
import {
  cellName,
  columnsOf,
  keyOfPlace,
  type PlacedCell,
  POLICIES,
  RECORDED_FOLDER,
  readRecorded,
  recordedCell,
  truthCells,
} from "@grpc-lb-lab/policies";
import { CONTAINERS } from "@grpc-lb-lab/stage/abilities";
import { ContainersStage } from "@grpc-lb-lab/stage/containers";
import { describe, expect, it } from "vitest";
import { tryCell } from "../truth/try-cell.ts";

/** What CI tries: each shipped proxy, both meshes and a client by itself, each with a rule of its own dialect. */
const IN_CI = [
  "fault-abort under envoy (Envoy)",
  "mirror under nginx (nginx)",
  "weights under haproxy (HAProxy)",
  "match-header under traefik (Traefik)",
  "fault-abort under sidecar (Istio)",
  "fault-abort under proxyless (Istio)",
  "retry-attempts under headless (gRPC)",
];
/** Who is asked first where several obey; others follow. */
const FIRST_ASKED = ["envoy", "sidecar", "nginx", "haproxy", "traefik", "proxyless", "headless"];

const isFull = Boolean(process.env.FULL);
if (!isFull) console.warn(`NOT RUN: policies but ${IN_CI.join(", ")}; FULL=1 runs every policy in one column`);

const stage = new ContainersStage({ tag: process.env.TAG || "dev" });
const recorded = await readRecorded(RECORDED_FOLDER, "containers");
/** Of cells that are not recorded here: the stages have the same programs and the same control plane. */
const ofLocal = await readRecorded(RECORDED_FOLDER, "local");

const rank = ({ column }: PlacedCell) => (FIRST_ASKED.indexOf(column.mode.name) + MODES.length) % MODES.length;
const tried = truthCells(columnsOf(MODES), POLICIES, CONTAINERS)
  .filter(({ cell }) => cell.is === "tried")
  .toSorted((a, b) => rank(a) - rank(b));

const nameOf = (placed: PlacedCell) => cellName(keyOfPlace(placed));

/** What is recorded of this stage, else what the local one has seen, which the containers must show, too; what neither has must be obeyed. */
function expectedOutcome(placed: PlacedCell): string {
  const [key, { parameters }] = [keyOfPlace(placed), placed.policy];
  const found = recordedCell(recorded, key, parameters) ?? recordedCell(ofLocal, key, parameters);
  return found?.outcome ?? "obeyed";
}

/** The first column that obeys a policy, of those that CI does not try anyway. */
function oneColumnEach(): PlacedCell[] {
  const others = POLICIES.filter(({ name }) => !IN_CI.some((cell) => cell.startsWith(`${name} under `)));
  return others.flatMap(
    (policy) => tried.find((placed) => placed.policy === policy && expectedOutcome(placed) === "obeyed") ?? [],
  );
}

const nowhere = POLICIES.filter((policy) => !tried.some((placed) => placed.policy === policy)).map(({ name }) => name);
if (nowhere.length > 0) console.warn(`NOT RUN: ${nowhere.join(", ")}: this stage cannot show them, as lab truth says`);

describe("in containers, with the images as shipped", () => {
  const inCi = IN_CI.map((name) => tried.find((placed) => nameOf(placed) === name));

  it("what CI tries can be tried", () => expect(inCi).not.toContain(undefined));

  const cells = [...inCi.filter((placed) => placed !== undefined), ...(isFull ? oneColumnEach() : [])];

  /** One after the other: each keeps two cores busy. */
  it.each(cells.map((placed) => [nameOf(placed), placed] as const))("%s", async (_, placed) => {
    const { policy, column } = placed;
    const { signal } = new AbortController();
    const cell = await tryCell({ stage, policy, parameters: policy.parameters, column, recorded, signal });
    expect(cell.outcome, cell.words).toBe(expectedOutcome(placed));
    expect(cell.problems).toEqual([]);
  });
});
