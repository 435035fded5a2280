import { addressOfText } from "./address.ts";
import type { Address } from "./inventory.ts";
import type { YamlValue } from "./yaml-value.ts";

/** The address behind a value of CloudFormation: `!Ref Queue`, `!GetAtt Queue.Arn`, `!Sub`, or a text. */
export function addressOf(value: YamlValue, scoped: (reference: string) => string): Address {
  const reference = logicalId(value);
  if (reference !== undefined) return { by: "reference", reference: scoped(reference) };
  const imported = value.tag === "!ImportValue" ? value.text : value.at("Fn::ImportValue").text;
  if (imported !== undefined) return { by: "variable", variable: exportName(imported) };
  const text = value.text ?? value.at("Fn::Sub").text;
  if (text === undefined) return { by: "unknown", text: value.json.slice(0, 120) };
  // A substitution before the last part does not hide the name.
  const last = /[:/]([\w.-]+)$/.exec(text)?.[1];
  if (text.includes("${") && last !== undefined) return { by: "name", name: last };
  return text.includes("${") ? { by: "unknown", text } : addressOfText(text);
}

/** The logical id that a value refers to. */
export function logicalId(value: YamlValue): string | undefined {
  const { tag, text } = value;
  if (tag === "!Ref" && text !== undefined) return text;
  if (tag === "!GetAtt") return text?.split(".")[0] ?? value.items[0]?.text;
  if (tag === "!Sub" && text !== undefined) return /^\$\{(\w+)(\.\w+)?\}$/.exec(text)?.[1];
  const ref = value.at("Ref").text;
  if (ref !== undefined) return ref;
  const attribute = value.at("Fn::GetAtt");
  if (!attribute.isEmpty) return attribute.items[0]?.text ?? attribute.text?.split(".")[0];
  const sub = value.at("Fn::Sub").text;
  return sub === undefined ? undefined : /^\$\{(\w+)(\.\w+)?\}$/.exec(sub)?.[1];
}

/** Every logical id that is referred to somewhere below a value. */
export function logicalIdsBelow(value: YamlValue): string[] {
  const own = logicalId(value);
  if (own !== undefined) return [own];
  return [...value.items, ...value.entries.map(([, inner]) => inner)].flatMap((inner) => logicalIdsBelow(inner));
}

/** What one stack exports and others import is handed on like a variable. */
export function exportName(name: string): string {
  return `ImportValue ${name}`;
}
