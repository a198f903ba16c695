import protobuf from "protobufjs";
import type { Json, JsonObject } from "../json.ts";
import { isWrapper, jsonName } from "./json-names.ts";

/** A message as protobufjs encodes it: fields by declared name, enums as numbers. */
type Message = Record<string, unknown>;

const DURATION = /^(-?)(\d+)(?:\.(\d{1,9}))?s$/;

/**
 * Encodes a message that is given in protobuf's JSON form. protobufjs's own `fromObject` knows neither durations as text, nor wrapper
 * types as bare values, nor `Struct`; and it drops fields that it does not know, which would hide a mistyped one.
 * @throws TypeError naming the field that the type does not have, or the value that does not fit.
 */
export function encodeJson(type: protobuf.Type, json: JsonObject): Uint8Array {
  return type.encode(messageOf(type, json, type.name)).finish();
}

function messageOf(type: protobuf.Type, json: Json, path: string): Message {
  if (isWrapper(type)) return { value: json };
  switch (type.fullName) {
    case ".google.protobuf.Duration":
      return durationOf(json, path);
    case ".google.protobuf.Struct":
      return structOf(objectOf(json, path), path);
    case ".google.protobuf.Any":
      return anyOf(type.root, objectOf(json, path), path);
    default:
      return fieldsOf(type, objectOf(json, path), path);
  }
}

function fieldsOf(type: protobuf.Type, json: JsonObject, path: string): Message {
  const fields = fieldsByJsonName(type);
  const message: Message = {};
  for (const [key, value] of Object.entries(json)) {
    if (value === undefined) continue;
    const field = fields.get(key);
    if (field === undefined) throw new TypeError(`${path}: ${type.fullName.slice(1)} has no field "${key}"`);
    message[field.name] = fieldOf(field, value, `${path}.${key}`);
  }
  return message;
}

function fieldOf(field: protobuf.Field, json: Json, path: string): unknown {
  if (field.map) {
    const entries = Object.entries(objectOf(json, path)).filter(([, value]) => value !== undefined);
    return Object.fromEntries(entries.map(([key, value]) => [key, singleOf(field, value ?? null, `${path}[${key}]`)]));
  }
  if (!field.repeated) return singleOf(field, json, path);
  if (!Array.isArray(json)) throw new TypeError(`${path}: expected a list`);
  return json.map((value: Json, index) => singleOf(field, value, `${path}[${index}]`));
}

function singleOf({ resolvedType }: protobuf.Field, json: Json, path: string): unknown {
  if (resolvedType instanceof protobuf.Type) return messageOf(resolvedType, json, path);
  if (!(resolvedType instanceof protobuf.Enum)) return json;
  const number = typeof json === "string" ? resolvedType.values[json] : undefined;
  if (number === undefined) throw new TypeError(`${path}: ${resolvedType.fullName.slice(1)} has no ${String(json)}`);
  return number;
}

function durationOf(json: Json, path: string): Message {
  const [, sign, seconds, fraction = ""] = DURATION.exec(String(json)) ?? [];
  if (seconds === undefined) throw new TypeError(`${path}: ${String(json)} is not a duration such as "1.5s"`);
  return { seconds: `${sign}${seconds}`, nanos: Number(`${sign}${fraction.padEnd(9, "0")}`) };
}

function anyOf(root: protobuf.Root, json: JsonObject, path: string): Message {
  const { "@type": url, ...rest } = json;
  if (typeof url !== "string") throw new TypeError(`${path}: an Any needs "@type"`);
  return { type_url: url, value: encodeJson(root.lookupType(url.slice(url.lastIndexOf("/") + 1)), rest) };
}

function structOf(json: JsonObject, path: string): Message {
  const fields = Object.entries(json).map(([key, value]) => [key, structValueOf(value ?? null, `${path}.${key}`)]);
  return { fields: Object.fromEntries(fields) };
}

function structValueOf(json: Json, path: string): Message {
  if (json === null) return { nullValue: 0 };
  if (typeof json === "string") return { stringValue: json };
  if (typeof json === "number") return { numberValue: json };
  if (typeof json === "boolean") return { boolValue: json };
  if (!Array.isArray(json)) return { structValue: structOf(objectOf(json, path), path) };
  return { listValue: { values: json.map((value: Json) => structValueOf(value, path)) } };
}

function objectOf(json: Json, path: string): JsonObject {
  if (typeof json !== "object" || json === null || Array.isArray(json))
    throw new TypeError(`${path}: expected an object`);
  return json as JsonObject;
}

const jsonNames = new WeakMap<protobuf.Type, Map<string, protobuf.Field>>();

function fieldsByJsonName(type: protobuf.Type): Map<string, protobuf.Field> {
  let names = jsonNames.get(type);
  if (names === undefined) {
    const fields = type.fieldsArray.map((field) => field.resolve());
    // Parsers take the declared name as well: https://protobuf.dev/programming-guides/json/#field-names
    names = new Map(
      fields.flatMap((field) => [jsonName(field.name), field.name].map((name) => [name, field] as const)),
    );
    jsonNames.set(type, names);
  }
  return names;
}
