import { InputError } from "@grpc-lb-lab/stage-api";
import * as v from "valibot";
import { parseAllDocuments } from "yaml";
import { AuthorizationPolicy } from "./authorization-policy.ts";
import { DestinationRule } from "./destination-rule.ts";
import { EnvoyFilter } from "./envoy-filter.ts";
import { isUnheeded } from "./explain-unheeded.ts";
import { NOT_HERE } from "./not-here.ts";
import { PeerAuthentication } from "./peer-authentication.ts";
import { VirtualService } from "./virtual-service.ts";

const FOR_CLIENTS = [DestinationRule, VirtualService, PeerAuthentication] as const;
/** What gRPC's own clients and servers are told of by the lab's control plane. */
const GrpcRule = v.variant("kind", FOR_CLIENTS);
const IstioRule = v.variant("kind", [...FOR_CLIENTS, AuthorizationPolicy, EnvoyFilter]);
/** The kinds that the lab's control plane makes something of where pods have proxies. */
export const KINDS: readonly string[] = IstioRule.options.map(({ entries }) => entries.kind.literal);

/**
 * An object of Istio's that the lab's control plane makes something of.
 * @see https://istio.io/latest/docs/reference/config/
 */
export type IstioRule = v.InferOutput<typeof IstioRule>;

/** A rule as somebody wrote it. */
export interface WrittenRule {
  readonly rule: IstioRule;
  /** The fields, as paths (`spec.http.0.corsPolicy`), that the lab's own control plane makes nothing of. */
  readonly unknown: readonly string[];
  /** Those, and the ones (`spec.http.0.mirror`) that have no effect on gRPC without a proxy. */
  readonly unheeded: readonly string[];
}

/** What an API server fills in; nobody expects an effect of it. */
const NOT_ASKED = /^(status|metadata\.)/;

/**
 * Reads the rules for gRPC without proxies of a text of one or more documents, YAML or JSON; lists are their items, and empty documents are nothing.
 * @throws {InputError} that names every mistake: the rule, the field and what it may be.
 */
export function parseIstioRules(text: string): WrittenRule[] {
  const documents = parseAllDocuments(text);
  if (!Array.isArray(documents)) return [];
  const values = documents.flatMap((document) => {
    const [problem] = document.errors;
    if (problem !== undefined) throw new InputError(`the rules are not valid YAML: ${problem.message}`);
    return itemsOf(document.toJS());
  });
  const { written, mistakes } = readIstioRules(values, GrpcRule);
  if (mistakes.length === 0) return written;
  const takes = "the lab's own control plane accepts DestinationRule, VirtualService and PeerAuthentication";
  throw new InputError(`${mistakes.join("; ")}; ${takes}`);
}

/** What came of reading rules. */
export interface ReadRules {
  readonly written: WrittenRule[];
  /** What is wrong with others, each with the rule, the field and what it may be. */
  readonly mistakes: string[];
  /** Those of the mistakes that are none to Istio: the lab's own control plane cannot do it. */
  readonly notHere: string[];
}

/** Reads rules as they are once their text is parsed. */
export function readIstioRules(
  values: readonly unknown[],
  schema: typeof GrpcRule | typeof IstioRule = IstioRule,
): ReadRules {
  const read: ReadRules = { written: [], mistakes: [], notHere: [] };
  for (const value of values) {
    const result = v.safeParse(schema, value);
    if (result.success) read.written.push(writtenRule(value, result.output));
    for (const issue of result.issues ?? []) {
      const mistake = explain(value, issue);
      read.mistakes.push(mistake);
      if (issue.message === NOT_HERE) read.notHere.push(mistake);
    }
  }
  return read;
}

function writtenRule(value: unknown, rule: IstioRule): WrittenRule {
  return { rule, unknown: askedOf(leftOut(value, rule)), unheeded: askedOf(leftOut(value, rule, isUnheeded)) };
}

function askedOf(fields: readonly string[]): string[] {
  return fields.filter((field) => !NOT_ASKED.test(field));
}

function itemsOf(value: unknown): unknown[] {
  if (value === null) return [];
  const { kind, items } = value as { readonly kind?: unknown; readonly items?: unknown };
  return String(kind).endsWith("List") && Array.isArray(items) ? items.flatMap(itemsOf) : [value];
}

/** The fields, as paths, that `written` has and `taken` has not, or that are left out all the same. */
export function leftOut(
  written: unknown,
  taken: unknown,
  isLeftOut: (field: string) => boolean = () => false,
  path = "",
): string[] {
  if (typeof written !== "object" || written === null) return [];
  return Object.entries(written).flatMap(([key, value]) => {
    const own = (taken as Readonly<Record<string, unknown>>)[key];
    const field = path === "" ? key : `${path}.${key}`;
    if (own === undefined || isLeftOut(field)) return value === null ? [] : [field];
    return leftOut(value, own, isLeftOut, field);
  });
}

/** What is wrong with an object, and where. */
export function explain(value: unknown, issue: v.BaseIssue<unknown>): string {
  const where = v.getDotPath(issue);
  return `${titleOf(value)}${where === null ? "" : `: ${where}`}: ${issue.message}`;
}

function titleOf(value: unknown): string {
  const { kind = "a document", metadata } = (value ?? {}) as { kind?: unknown; metadata?: { name?: unknown } };
  return [kind, metadata?.name].filter(Boolean).join(" ");
}
