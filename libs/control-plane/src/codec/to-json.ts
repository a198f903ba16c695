import protobuf from "protobufjs";
import type { Json, JsonObject } from "../json.ts";
import { isWrapper, jsonName } from "./json-names.ts";

/** A message as protobufjs decodes it: what was not on the wire is in the prototype only. */
type Message = Record<string, unknown>;

/** The `google.protobuf.Any` of a response. */
interface EncodedAny {
  readonly type_url: string;
  readonly value: Uint8Array;
}

/** `google.protobuf.Duration` as protobufjs decodes it. */
interface EncodedDuration {
  readonly seconds: protobuf.Long | number;
  readonly nanos: number;
}

/**
 * Decodes a message to protobuf's JSON form: the way back of {@link encodeJson}. protobufjs's own `toObject` tells neither durations nor wrapper
 * types nor `Struct` as that form has them, and nobody what it left out.
 * @throws TypeError when the message has fields that its type does not declare: they would be lost.
 */
export function decodeJson(type: protobuf.Type, bytes: Uint8Array): JsonObject {
  const message = type.decode(bytes);
  // protobufjs skips what it does not know; encoded again, the message is then shorter.
  if (type.encode(message).finish().length !== bytes.length)
    throw new TypeError(`${type.name}: the message has fields that ${type.fullName.slice(1)} does not declare here`);
  return objectOf(type, message as unknown as Message);
}

/** Decodes an `Any`, its type as "@type". @throws TypeError when the type is not known, or as {@link decodeJson}. */
export function decodeAny(root: protobuf.Root, { type_url, value }: EncodedAny): JsonObject {
  const name = type_url.slice(type_url.lastIndexOf("/") + 1);
  const type = root.lookup(name, protobuf.Type);
  if (!(type instanceof protobuf.Type)) throw new TypeError(`the type ${name} is not known here`);
  return { "@type": type_url, ...decodeJson(type, value) };
}

function messageOf(type: protobuf.Type, message: Message): Json {
  if (isWrapper(type)) return scalarOf(type.fields.value?.type, message.value);
  switch (type.fullName) {
    case ".google.protobuf.Duration":
      return durationOf(message as unknown as EncodedDuration);
    case ".google.protobuf.Struct":
      return structOf(message);
    case ".google.protobuf.Any":
      return decodeAny(type.root, message as unknown as EncodedAny);
    default:
      return objectOf(type, message);
  }
}

function objectOf(type: protobuf.Type, message: Message): JsonObject {
  const present = type.fieldsArray.filter((field) => isPresent(field.resolve(), message));
  return Object.fromEntries(present.map((field) => [jsonName(field.name), fieldOf(field, message[field.name])]));
}

/** The JSON form leaves out empty lists, and defaults where the wire does not tell them from what is absent. */
function isPresent(field: protobuf.Field, message: Message): boolean {
  if (!Object.hasOwn(message, field.name)) return false;
  const value = message[field.name];
  if (field.map || field.repeated) return Object.keys(value as object).length > 0;
  return field.partOf !== null || field.resolvedType instanceof protobuf.Type || !isDefault(value);
}

function isDefault(value: unknown): boolean {
  if (value instanceof Uint8Array) return value.length === 0;
  return String(value) === "0" || value === "" || value === false;
}

function fieldOf(field: protobuf.Field, value: unknown): Json {
  if (field.map) return Object.fromEntries(membersOf(value).map(([key, member]) => [key, singleOf(field, member)]));
  if (field.repeated) return (value as unknown[]).map((member) => singleOf(field, member));
  return singleOf(field, value);
}

function singleOf({ resolvedType, type }: protobuf.Field, value: unknown): Json {
  if (resolvedType instanceof protobuf.Type) return messageOf(resolvedType, value as Message);
  if (resolvedType instanceof protobuf.Enum) return resolvedType.valuesById[Number(value)] ?? Number(value);
  return scalarOf(type, value);
}

/** 64-bit numbers are text, bytes are base64. */
function scalarOf(type: string | undefined, value: unknown): Json {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  return type !== undefined && /64$/.test(type) ? String(value) : (value as Json);
}

function durationOf({ seconds, nanos }: EncodedDuration): string {
  const sign = Number(seconds) < 0 || nanos < 0 ? "-" : "";
  const fraction = String(Math.abs(nanos)).padStart(9, "0").replace(/0+$/, "");
  return `${sign}${Math.abs(Number(seconds))}${fraction === "" ? "" : `.${fraction}`}s`;
}

function structOf({ fields }: Message): JsonObject {
  return Object.fromEntries(membersOf(fields).map(([key, value]) => [key, structValueOf(value as Message)]));
}

/** The members of a map, which come in any order, in one that stays the same. */
function membersOf(map: unknown): [string, unknown][] {
  return Object.entries(map as Message).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function structValueOf(value: Message): Json {
  if (Object.hasOwn(value, "structValue")) return structOf(value.structValue as Message);
  if (Object.hasOwn(value, "listValue")) return (value.listValue as { values: Message[] }).values.map(structValueOf);
  return Object.hasOwn(value, "nullValue") ? null : (Object.values(value)[0] as Json);
}
