import { type AskedField, POLICIES, type Policy, type Recorded, type RecordedCell } from "@grpc-lb-lab/policies";

/** A field that asks for a policy. */
export interface FieldOfPolicy {
  readonly policy: Policy;
  readonly field: AskedField;
}

/** All fields that the policies of the lab ask by. */
export const FIELDS: readonly FieldOfPolicy[] = POLICIES.flatMap((policy) =>
  (policy.fields ?? []).map((field) => ({ policy, field })),
);

/** What was recorded of a policy in a column of the table. */
export function cellOf(
  { cells }: Recorded,
  wanted: Pick<RecordedCell, "mode" | "policy" | "dialect">,
): RecordedCell | undefined {
  return cells.find(
    ({ mode, policy, dialect }) => mode === wanted.mode && policy === wanted.policy && dialect === wanted.dialect,
  );
}

/**
 * Whether a cell tells of something that was asked and not done. `differs` alone does not: where nobody has put the effect in words, all it says is that
 * the figures of a trial fitted neither what is asked nor its absence.
 */
export function isNotDone({ outcome, words, expectations }: RecordedCell): boolean {
  if (outcome !== "differs") return outcome === "ignored" || outcome === "refused";
  return !expectations.some(({ what, measured, ok }) => !ok && words.includes(`${what}: ${measured}`));
}

/** What a finding relies on: `mirror under proxyless (Istio): ignored, 2026-11-30, with grpc-js 1.14.7, …`. */
export function seenText({ recordings, stage }: Recorded, cell: RecordedCell): string {
  const { mode, policy, dialect, outcome, words } = cell;
  const { date = "", versions = {} } = recordings[cell.recording] ?? {};
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const by = named.length === 0 ? "" : `, with ${named.join(", ")}`;
  const who = outcome === "refused" ? ` (${words})` : "";
  return `${policy} under ${mode} (${dialect}): ${outcome}${who}, on the ${stage} stage, ${date}${by}`;
}

/** The command that runs it again. */
export function shownBy({ stage }: Recorded, { mode, policy, dialect }: RecordedCell): string {
  const elsewhere = mode === "gateway" || policy.startsWith("authorization-") || policy === "mtls-strict";
  const where = elsewhere ? ` --stage ${stage}` : "";
  return `lab policy ${policy} --mode ${mode} --dialect ${dialect.toLowerCase().replaceAll(" ", "-")}${where}`;
}
